package phpversion_test

import (
	"bytes"
	_ "embed"
	"errors"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/licethq/licet/internal/phpversion"
)

//go:embed testdata/golden.tsv
var golden string

func TestCompareAndKeyAgreeWithPHP(t *testing.T) {
	t.Parallel()
	pairs, keyed := 0, 0
	for line := range strings.Lines(golden) {
		col := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		a, b := col[0], col[1]
		want, err := strconv.Atoi(col[2])
		if err != nil {
			t.Fatalf("golden.tsv: %q: %v", line, err)
		}
		pairs++
		if got := phpversion.Compare(a, b); got != want {
			t.Errorf("Compare(%q, %q) = %d, PHP says %d", a, b, got, want)
		}
		if !valid(a) || !valid(b) {
			continue
		}
		keyed++
		if got := bytes.Compare(phpversion.Key(a), phpversion.Key(b)); got != want {
			t.Errorf("keys of %q and %q compare %d, PHP says %d", a, b, got, want)
		}
	}
	if pairs < 300 || keyed < 300 {
		t.Errorf("the golden table has %d pairs, %d of them of valid versions; want 300 or more", pairs, keyed)
	}
}

func TestCompareEndsAtNULAsCDoes(t *testing.T) {
	t.Parallel()
	if got := phpversion.Compare("1.0\x00.1", "1.0"); got != 0 {
		t.Errorf("Compare = %d, PHP says 0", got)
	}
}

// The rules that WordPress authors quote, in ascending order.
func TestKeySortsReleases(t *testing.T) {
	t.Parallel()
	ascending := []string{
		"1.0-foo", "1.0-dev", "1.0-alpha", "1.0-beta", "1.0-RC1", "1.0", "1.0.0", "1.0.0+5", "1.0.0pl1", "1.0.9", "1.0.10",
		"1.0.255", "1.0.256", "1.0pl1", "2.0-dev", "2.0-alpha", "2.0", "20240131", "99999999999999999999",
	}
	for i := 1; i < len(ascending); i++ {
		a, b := ascending[i-1], ascending[i]
		if bytes.Compare(phpversion.Key(a), phpversion.Key(b)) >= 0 {
			t.Errorf("the key of %q is not below that of %q", a, b)
		}
	}
}

func TestKeyFitsItsBound(t *testing.T) {
	t.Parallel()
	for _, v := range []string{"1", strings.Repeat("1a", 32), strings.Repeat("1.", 31) + "1", strings.Repeat("9", 64)} {
		if got, most := len(phpversion.Key(v)), 2*len(v)+1; got > most {
			t.Errorf("the key of %q has %d bytes, want %d at most", v, got, most)
		}
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in, want string // an empty want is ErrInvalid
	}{
		{"1.2.3", "1.2.3"},
		{" 1.2.3\n", "1.2.3"},
		{"v1.2.3", "1.2.3"},
		{"V2", "2"},
		{"1.0.0-rc.1+build_5~x", "1.0.0-rc.1+build_5~x"},
		{"0", "0"},
		{strings.Repeat("9", 64), strings.Repeat("9", 64)},
		{"v" + strings.Repeat("9", 64), strings.Repeat("9", 64)},
		{strings.Repeat("9", 65), ""},
		{"", ""},
		{" ", ""},
		{"v", ""},
		{"vv1", ""},
		{"v 1", ""},
		{"beta", ""},
		{".1", ""},
		{"-1", ""},
		{"1.", ""},
		{"1.0-", ""},
		{"1.0~", ""},
		{"1 0", ""},
		{"1#2", ""},
		{"1/2", ""},
		{"1.0\x00", ""},
		{"1.0é1", ""},
		{"1.\xff1", ""},
	} {
		got, err := phpversion.Normalize(tc.in)
		if got != tc.want || errors.Is(err, phpversion.ErrInvalid) != (tc.want == "") {
			t.Errorf("Normalize(%q) = %q, %v; want %q", tc.in, got, err, tc.want)
		}
	}
}

func TestKeyAgreesWithCompare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyVersion.Draw(t, "a"), anyVersion.Draw(t, "b"), anyVersion.Draw(t, "c")
		ab := phpversion.Compare(a, b)
		if got := bytes.Compare(phpversion.Key(a), phpversion.Key(b)); got != ab {
			t.Fatalf("keys compare %d, Compare says %d", got, ab)
		}
		if ba := phpversion.Compare(b, a); ba != -ab {
			t.Fatalf("Compare(a, b) = %d, Compare(b, a) = %d", ab, ba)
		}
		if bc := phpversion.Compare(b, c); ab == bc && phpversion.Compare(a, c) != ab {
			t.Fatalf("Compare(a, b) = Compare(b, c) = %d, Compare(a, c) = %d", ab, phpversion.Compare(a, c))
		}
	})
}

// anyVersion draws valid versions that often share a prefix.
var anyVersion = rapid.Custom(func(t *rapid.T) string {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			".", "-", "_", "+", "~", "0", "1", "01", "9", "10", "255", "256", "9223372036854775807", "9223372036854775808",
			"dev", "d", "a", "alpha", "b", "beta", "B", "RC", "rc", "Rc", "r", "p", "pl", "patch", "x",
		}),
		rapid.StringMatching(`[0-9A-Za-z.+_~-]`),
	)
	parts := rapid.SliceOfN(part, 0, 8).Draw(t, "parts")
	return "1" + strings.Join(parts, "") + rapid.SampledFrom([]string{"", "0", "1", "a"}).Draw(t, "last")
}).Filter(valid)

func valid(version string) bool {
	v, err := phpversion.Normalize(version)
	return err == nil && v == version
}
