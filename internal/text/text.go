// Package text checks the free text that callers send, so that no surface
// lets through what a database would refuse: PostgreSQL stores neither NUL
// nor broken UTF-8.
package text

import (
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/licethq/licet/internal/fault"
)

// Line trims one line of text. INPUT_INVALID when it is longer than max bytes,
// is not UTF-8 or holds a control character. "" is allowed.
func Line(field, s string, max int) (string, error) {
	s = strings.TrimSpace(s)
	if err := check(field, s, max); err != nil {
		return "", err
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", fault.Invalid(field, "'%s' must not contain control characters.", field)
	}
	return s, nil
}

// Required is Line for a value that must not be empty: INPUT_MISSING.
func Required(field, s string, max int) (string, error) {
	s, err := Line(field, s, max)
	if err == nil && s == "" {
		return "", fault.Missing(field)
	}
	return s, err
}

// Block checks text of several lines and gives it "\n" line ends. INPUT_INVALID
// as Line, but tabs and line ends are allowed.
func Block(field, s string, max int) (string, error) {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	if err := check(field, s, max); err != nil {
		return "", err
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return "", fault.Invalid(field, "'%s' must not contain control characters.", field)
	}
	return s, nil
}

// HTTPURL checks an http or https address of at most 2,048 bytes. "" is allowed.
func HTTPURL(field, s string) (string, error) {
	s, err := Line(field, s, 2048)
	if err != nil || s == "" {
		return s, err
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return "", fault.Invalid(field, "'%s' must be an http or https address.", field)
	}
	return s, nil
}

// Email checks an e-mail address just enough to refuse what cannot be one.
// "" is allowed.
func Email(field, s string) (string, error) {
	s, err := Line(field, s, 254)
	if err != nil || s == "" {
		return s, err
	}
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || domain == "" || strings.ContainsAny(s, " \t<>,;") || strings.Contains(domain, "@") {
		return "", fault.Invalid(field, "'%s' must be an e-mail address.", field)
	}
	return s, nil
}

// Moment keeps a moment within what every database, PHP and JavaScript can
// tell: INPUT_INVALID outside the years 1970 to 9998. nil is allowed.
func Moment(field string, t *time.Time) error {
	if t != nil && (t.UTC().Year() < 1970 || t.UTC().Year() > 9998) {
		return fault.Invalid(field, "'%s' must lie between the years 1970 and 9998.", field)
	}
	return nil
}

// Future is Moment for one that must lie after now.
func Future(field string, t *time.Time, now time.Time) error {
	if t != nil && !t.After(now) {
		return fault.Invalid(field, "'%s' must lie in the future.", field)
	}
	return Moment(field, t)
}

func check(field, s string, max int) error {
	if len(s) > max {
		return fault.Invalid(field, "'%s' must be at most %d bytes long.", field, max)
	}
	if !utf8.ValidString(s) {
		return fault.Invalid(field, "'%s' must be UTF-8.", field)
	}
	return nil
}
