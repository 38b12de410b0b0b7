package licensekey_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"github.com/licethq/licet/internal/licensekey"
)

func TestGenerateShape(t *testing.T) {
	t.Parallel()
	const symbol = `[0-9A-HJKMNP-TV-Z]`
	for _, tc := range []struct {
		name   string
		format licensekey.Format
		prefix string
		want   string // a pattern; empty if refused
	}{
		{"groups", licensekey.Groups, "", `^(` + symbol + `{4}-){3}` + symbol + `{4}$`},
		{"groups ignore a prefix", licensekey.Groups, "no prefix", `^(` + symbol + `{4}-){3}` + symbol + `{4}$`},
		{"prefixed", licensekey.Prefixed, "WPAB", `^WPAB-` + symbol + `{8}-` + symbol + `{8}$`},
		{"shortest prefix", licensekey.Prefixed, "A1", `^A1-` + symbol + `{8}-` + symbol + `{8}$`},
		{"longest prefix", licensekey.Prefixed, "01234567", `^01234567-` + symbol + `{8}-` + symbol + `{8}$`},
		{"refused: no prefix", licensekey.Prefixed, "", ""},
		{"refused: short prefix", licensekey.Prefixed, "A", ""},
		{"refused: long prefix", licensekey.Prefixed, "ABCDEFGHI", ""},
		{"refused: prefix in lower case", licensekey.Prefixed, "wpab", ""},
		{"refused: hyphen in prefix", licensekey.Prefixed, "WP-AB", ""},
		{"refused: line break after prefix", licensekey.Prefixed, "WPAB\n", ""},
		{"refused: no format", "", "WPAB", ""},
		{"refused: unknown format", "groups", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := licensekey.Generate(rand.Reader, tc.format, tc.prefix)
			if tc.want == "" {
				if err == nil || got != "" {
					t.Fatalf("Generate = %q, %v; want an error", got, err)
				}
				return
			}
			if err != nil || !regexp.MustCompile(tc.want).MatchString(got) {
				t.Fatalf("Generate = %q, %v; want %s", got, err, tc.want)
			}
			if folded := licensekey.Fold(got); folded != got {
				t.Errorf("Generate = %q, which folds to %q", got, folded)
			}
			if err := licensekey.Check(got); err != nil {
				t.Errorf("Check(%q) = %v", got, err)
			}
		})
	}
}

// All 80 bits are there if each makes a difference of its own: then the key is
// the bits in other words.
func TestGenerateKeepsEveryRandomBit(t *testing.T) {
	t.Parallel()
	for _, format := range []licensekey.Format{licensekey.Groups, licensekey.Prefixed} {
		zero, err := licensekey.Generate(bytes.NewReader(make([]byte, 10)), format, "WPAB")
		if err != nil {
			t.Fatal(err)
		}
		perSymbol := map[int]map[byte]bool{}
		for bit := range 80 {
			random := make([]byte, 10)
			random[bit/8] = 1 << (bit % 8)
			key, err := licensekey.Generate(bytes.NewReader(random), format, "WPAB")
			if err != nil {
				t.Fatal(err)
			}
			changed := 0
			for i := range zero {
				if key[i] != zero[i] {
					changed++
					if perSymbol[i] == nil {
						perSymbol[i] = map[byte]bool{}
					}
					perSymbol[i][key[i]] = true
				}
			}
			if changed != 1 {
				t.Errorf("%s: bit %d changes %d symbols: %s", format, bit, changed, key)
			}
		}
		bits := 0
		for _, symbols := range perSymbol {
			bits += len(symbols)
		}
		if bits != 80 {
			t.Errorf("%s: keys carry %d bits, want 80", format, bits)
		}
	}
}

func TestGenerateUsesEverySymbolEverywhereAndNeverRepeats(t *testing.T) {
	t.Parallel()
	const keys = 10_000
	seen := map[string]bool{}
	var count [19]map[rune]int
	for i := range count {
		count[i] = map[rune]int{}
	}
	for range keys {
		key, err := licensekey.Generate(rand.Reader, licensekey.Groups, "")
		if err != nil {
			t.Fatal(err)
		}
		seen[key] = true
		for i, r := range key {
			count[i][r]++
		}
	}
	if len(seen) != keys {
		t.Errorf("%d keys, %d different ones", keys, len(seen))
	}
	for i, symbols := range count {
		if i%5 == 4 {
			continue // the hyphens
		}
		if len(symbols) != 32 {
			t.Errorf("position %d has %d different symbols, want 32", i, len(symbols))
		}
		for r, n := range symbols {
			// 312.5 are expected; the bounds are eight standard deviations away.
			if n < 173 || n > 452 {
				t.Errorf("position %d has %q %d times in %d keys", i, r, n, keys)
			}
		}
	}
}

func TestGenerateFailsWhenRandomDoes(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, tc := range []struct {
		name   string
		random io.Reader
		want   error
	}{
		{"error", iotest.ErrReader(broken), broken},
		{"nothing to read", bytes.NewReader(nil), io.EOF},
		{"too few bytes", bytes.NewReader(make([]byte, 9)), io.ErrUnexpectedEOF},
	} {
		key, err := licensekey.Generate(tc.random, licensekey.Groups, "")
		if key != "" || !errors.Is(err, tc.want) {
			t.Errorf("%s: Generate = %q, %v; want %v", tc.name, key, err, tc.want)
		}
	}
	if _, err := licensekey.Generate(iotest.OneByteReader(rand.Reader), licensekey.Groups, ""); err != nil {
		t.Errorf("a slow reader fails: %v", err)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, in, want string }{
		{"already folded", "ABCD-1234", "ABCD-1234"},
		{"lower case", "abcd-1234", "ABCD-1234"},
		{"blanks around", " \t\r\nABCD-1234\n", "ABCD-1234"},
		{"blanks inside", "ABCD - 1234", "ABCD-1234"},
		{"no-break and ideographic spaces", "\u00a0AB\u202fCD\u3000", "ABCD"},
		{"zero-width characters", "\ufeffA\u200bB\u200cC\u200dD\u2060", "ABCD"},
		{"direction marks", "\u200eAB\u202dCD\u202c", "ABCD"},
		{"soft hyphen", "AB\u00adCD", "ABCD"},
		{"hyphens", "A\u2010B\u2011C", "A-B-C"},
		{"dashes", "A\u2012B\u2013C\u2014D\u2015E", "A-B-C-D-E"},
		{"minus sign", "A\u2212B", "A-B"},
		{"small and full-width hyphens", "A\ufe58B\ufe63C\uff0dD", "A-B-C-D"},
		{"look-alikes stay", "O0-I1-L", "O0-I1-L"},
		{"other characters stay", "lic_12.ab/cd+ef=", "LIC_12.AB/CD+EF="},
		{"no hyphens", "abcdef", "ABCDEF"},
		{"letters beyond ASCII", "straße-éü", "STRAßE-ÉÜ"},
		{"control characters stay for Check", "A\x00B", "A\x00B"},
		{"nothing", "", ""},
		{"nothing visible", " \u200b ", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := licensekey.Fold(tc.in); got != tc.want {
				t.Errorf("Fold(%q) = %q, want %q", tc.in, got, tc.want)
			}
		})
	}
}

func TestFoldIsIdempotentForEveryRune(t *testing.T) {
	t.Parallel()
	for r := range unicode.MaxRune {
		once := licensekey.Fold(string(r))
		if twice := licensekey.Fold(once); twice != once {
			t.Errorf("%U folds to %q, then to %q", r, once, twice)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in, want string // want is part of the error
	}{
		{"groups", "ABCD-EFGH-JKMN-PQRS", ""},
		{"UUID", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", ""},
		{"one character", "x", ""},
		{"pasted with a line break", "\u200bABCD \r\n", ""},
		{"longest", strings.Repeat("x", 255), ""},
		{"empty", "", "empty"},
		{"blank", " \t\n", "empty"},
		{"invisible", "\u200b\ufeff", "empty"},
		{"too long", strings.Repeat("x", 256), "255"},
		{"too long with blanks", strings.Repeat(" ", 255) + "x", "255"},
		{"too long when folded", strings.Repeat("ɐ", 127), "255"}, // Ɐ has three bytes, ɐ two
		{"not UTF-8", "ABCD\xff", "UTF-8"},
		{"NUL", "ABCD\x00", "control"},
		{"escape", "\x1b[31mABCD", "control"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := licensekey.Check(tc.in)
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Check(%q) = %v, want %q", tc.in, err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "ABCD") {
				t.Errorf("the error repeats the key: %v", err)
			}
		})
	}
}

func TestHint(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ in, want string }{
		{"ABCD-EFGH-JKMN-PQRS", "PQRS"},
		{" abcd–efgh–jkmn–pqrs\n", "PQRS"},
		{"123456789ABC", "9ABC"},
		{"123456789AB", "9AB"},
		{"12345", "5"},
		{"123", "3"},
		{"12", ""},
		{"1", ""},
		{"", ""},
		{"äöüäöüäöüäöü", "ÜÄÖÜ"},
	} {
		if got := licensekey.Hint(tc.in); got != tc.want {
			t.Errorf("Hint(%q) = %q, want %q", tc.in, got, tc.want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"abcd-1234", " \ufeffab–cd\u200b\n", "ǆ ß ı İ ſ K", "a\x00\xff", "−"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		folded := licensekey.Fold(raw)
		if again := licensekey.Fold(folded); again != folded {
			t.Errorf("Fold(%q) = %q, folded again %q", raw, folded, again)
		}
		if upper := licensekey.Fold(strings.ToUpper(raw)); upper != folded {
			t.Errorf("Fold(%q) = %q, but %q in upper case", raw, folded, upper)
		}
		if licensekey.Check(raw) == nil && licensekey.Check(folded) != nil {
			t.Errorf("Check takes %q but not %q", raw, folded)
		}
		if hint := licensekey.Hint(raw); !strings.HasSuffix(folded, hint) || 3*utf8.RuneCountInString(hint) > utf8.RuneCountInString(folded) {
			t.Errorf("Hint(%q) = %q", raw, hint)
		}
	})
}
