// Package licensekey makes license keys and brings the keys that people type,
// paste and import into the form under which they are looked up.
//
// Errors are short texts fit to be shown to the caller; they never repeat a key.
package licensekey

import (
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Format is the shape of generated keys. Imported keys may have any shape.
type Format string

const (
	// Groups is XXXX-XXXX-XXXX-XXXX.
	Groups Format = "GROUPS"
	// Prefixed is PREFIX-XXXXXXXX-XXXXXXXX, as in WPAB-6638C488-ABCDEFGH. The
	// documented example ends after four characters; these have eight, for
	// twelve would be 60 random bits and keys are to have 80.
	Prefixed Format = "PREFIXED"
)

// maxBytes is the most a key may have, as given and when folded.
const maxBytes = 255

var (
	// alphabet is Douglas Crockford's base 32: I, L, O and U never occur, so 0, 1
	// and V cannot be mistaken. Without 0 and 1 too there would be 31 symbols
	// with U, and 16 of those are 79 bits.
	alphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

	prefixPattern = regexp.MustCompile(`^[0-9A-Z]{2,8}$`)
)

// ValidPrefix reports whether generated keys can begin so: with 2 to 8 capital
// letters and digits.
func ValidPrefix(prefix string) bool { return prefixPattern.MatchString(prefix) }

// Generate returns a new key of the given format with 80 bits read from random,
// which is crypto/rand.Reader outside of tests. Keys come in their folded form.
// The prefix is 2 to 8 characters out of A-Z and 0-9; [Groups] has none and
// ignores it. It fails on any other prefix or format and if random does.
func Generate(random io.Reader, format Format, prefix string) (string, error) {
	// Ten bytes are sixteen symbols of five bits: no remainder, so no bias.
	var bits [10]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", fmt.Errorf("read random bits: %w", err)
	}
	s := alphabet.EncodeToString(bits[:])

	switch format {
	case Groups:
		return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:]}, "-"), nil
	case Prefixed:
		if !ValidPrefix(prefix) {
			return "", errors.New("a key prefix is 2 to 8 characters out of A-Z and 0-9")
		}
		return strings.Join([]string{prefix, s[:8], s[8:]}, "-"), nil
	}
	return "", fmt.Errorf("there is no key format %q", format)
}

// Fold returns the form under which a key is looked up: in upper case, without
// white space and invisible format characters (zero-width spaces, soft hyphens,
// byte order marks), every dash and minus sign a plain hyphen. It refuses
// nothing and keeps all else (look-alikes, too), so keys of any shape can be
// imported; only invalid UTF-8 becomes U+FFFD, but see [Check]. Fold(Fold(raw))
// is Fold(raw).
//
// Keys are stored as a hash of this form: what Fold returns for a key must
// never change.
func Fold(raw string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return -1
		case unicode.Is(unicode.Pd, r), r == '\u2212': // the minus sign counts as mathematics
			return '-'
		}
		return unicode.ToUpper(r)
	}, raw)
}

// Check returns an error unless raw can be a license key: 1 to 255 bytes of
// valid UTF-8, as given and when folded, without control characters other than
// the white space that [Fold] removes.
func Check(raw string) error {
	key := Fold(raw)
	switch {
	case len(raw) > maxBytes || len(key) > maxBytes:
		return errors.New("a license key has 255 bytes at most")
	case !utf8.ValidString(raw):
		return errors.New("a license key is valid UTF-8")
	case strings.ContainsFunc(key, unicode.IsControl):
		return errors.New("a license key has no control characters")
	case key == "":
		return errors.New("a license key is not empty")
	}
	return nil
}

// Hint returns the end of the folded key, for people to tell keys apart: four
// characters, or fewer where that would be more than a third of the key.
func Hint(key string) string {
	r := []rune(Fold(key))
	return string(r[len(r)-min(4, len(r)/3):])
}
