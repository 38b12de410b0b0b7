// Package phpversion orders version numbers the way PHP's version_compare
// does. WordPress asks PHP whether an update is newer than what is installed,
// so any other order, SemVer's included, would offer downgrades or hide updates.
//
// The rules are those of ext/standard/versioning.c in 64-bit PHP 8.
package phpversion

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math/bits"
	"strconv"
	"strings"
)

// ErrInvalid says which versions [Normalize] accepts.
var ErrInvalid = errors.New("a version has 1 to 64 characters out of A-Z a-z 0-9 . + _ ~ -, starts with a digit and ends with a letter or digit")

// The parts of a version in ascending order. A number takes as many values as
// it has significant bytes (0 to 8), so that a longer one sorts after a shorter.
const (
	other byte = iota + 1 // a word PHP does not know
	dev
	alpha
	beta
	candidate
	end // only in keys: 1.0 is after 1.0-rc and before 1.0.0
	number
	patch = number + 9
)

// Normalize returns the version as licet stores it: without surrounding white
// space and without one leading v or V. It returns [ErrInvalid] for anything
// that is then not 1 to 64 bytes of [0-9A-Za-z.+_~-] between a digit and a
// letter or digit. PHP has no consistent order for versions that end in a
// separator: it puts "1." before itself.
func Normalize(version string) (string, error) {
	v := strings.TrimSpace(version)
	if v != "" && (v[0] == 'v' || v[0] == 'V') {
		v = v[1:]
	}
	if v == "" || len(v) > 64 || !isDigit(v[0]) || !isAlnum(v[len(v)-1]) {
		return "", ErrInvalid
	}
	for i := range len(v) {
		if !isAlnum(v[i]) && strings.IndexByte(".+_~-", v[i]) < 0 {
			return "", ErrInvalid
		}
	}
	return v, nil
}

// Compare returns what PHP's version_compare(a, b) returns: -1 if a is older
// than b, 1 if it is newer, 0 if PHP sees no difference, as between 1.0-foo
// and 1.0-bar or between numbers of 2^63-1 and more.
//
// It takes any strings. Beyond what [Normalize] accepts the relation is not an
// order, in PHP as here: Compare("1.", "1.") is -1.
func Compare(a, b string) int {
	a, b = cString(a), cString(b)
	if a == "" || b == "" {
		return cmp.Compare(len(a), len(b))
	}
	a, b = canonical(a), canonical(b)
	moreA, moreB := true, true
	for moreA && moreB && a != "" && b != "" {
		var partA, partB string
		partA, a, moreA = strings.Cut(a, ".")
		partB, b, moreB = strings.Cut(b, ".")
		if c := compareParts(partA, partB); c != 0 {
			return c
		}
	}
	return compareRest(a, moreA, b, moreB)
}

// compareRest decides when one version is a prefix of the other. What is left
// over counts against "#N#", PHP's stand-in for any number: 1.0-dev is before
// 1.0, 1.0.0 and 1.0pl1 are after it.
func compareRest(a string, moreA bool, b string, moreB bool) int {
	switch {
	case moreA && a != "" && isDigit(a[0]):
		return 1
	case moreA:
		return Compare(a, "#N#")
	case moreB && b != "" && isDigit(b[0]):
		return -1
	case moreB:
		return Compare("#N#", b)
	}
	return 0
}

func compareParts(a, b string) int {
	if a != "" && b != "" && isDigit(a[0]) && isDigit(b[0]) {
		return cmp.Compare(value(a), value(b))
	}
	return cmp.Compare(rank(a), rank(b))
}

// Key returns a binary sort key: for any two versions that [Normalize] accepts,
// bytes.Compare(Key(a), Key(b)) equals Compare(a, b). Databases that compare
// bytes unsigned (bytea in PostgreSQL, BLOB in SQLite) can sort by it. Other
// strings get a key too, but one that need not agree with Compare. A key is at
// most 2*len(version)+1 bytes long. Keys are stored, so this encoding must
// never change without a migration.
func Key(version string) []byte {
	key := make([]byte, 0, 2*len(version)+1)
	for part := range strings.SplitSeq(canonical(version), ".") {
		r := rank(part)
		if r != number {
			key = append(key, r)
			continue
		}
		n := value(part)
		size := (bits.Len64(n) + 7) / 8
		var word [8]byte
		binary.BigEndian.PutUint64(word[:], n)
		key = append(key, number+byte(size))
		key = append(key, word[8-size:]...)
	}
	return append(key, end)
}

// canonical separates words, numbers and everything else by single dots, as
// php_canonicalize_version does. Its oddities matter to the order: the first
// byte is kept whatever it is, and so is a stray one right after a number
// (1~2 becomes 1.~.2). Versions that start with # are not touched.
func canonical(v string) string {
	if v == "" || v[0] == '#' {
		return v
	}
	out := append(make([]byte, 0, 2*len(v)), v[0])
	for i := 1; i < len(v); i++ {
		last, c := v[i-1], v[i]
		turn := last != '.' && c != '.' && isDigit(last) != isDigit(c)
		keep := isAlnum(c) || turn && strings.IndexByte("-_+", c) < 0
		if (turn || !keep) && out[len(out)-1] != '.' {
			out = append(out, '.')
		}
		if keep {
			out = append(out, c)
		}
	}
	return string(out)
}

// rank returns the place of a part among the others. PHP compares prefixes in
// upper and lower case as written here, so "apple" is an alpha, "patch" is
// after a number, and "Beta" and "Rc" are unknown words.
func rank(part string) byte {
	switch {
	case part == "":
		return other
	case isDigit(part[0]), part[0] == '#':
		return number
	case strings.HasPrefix(part, "dev"):
		return dev
	case part[0] == 'a':
		return alpha
	case part[0] == 'b':
		return beta
	case strings.HasPrefix(part, "RC"), strings.HasPrefix(part, "rc"):
		return candidate
	case part[0] == 'p':
		return patch
	}
	return other
}

// value reads leading digits as C's strtol does: what does not fit into 63
// bits is the largest number that does.
func value(part string) uint64 {
	digits := part[:len(part)-len(strings.TrimLeft(part, "0123456789"))]
	n, _ := strconv.ParseUint(digits, 10, 63)
	return n
}

// cString cuts at the first NUL, where PHP's C code sees the end.
func cString(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isAlnum(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
