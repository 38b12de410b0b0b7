package text_test

import (
	"strings"
	"testing"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/text"
)

// TestText runs values through each check: what comes out, or which error.
func TestText(t *testing.T) {
	t.Parallel()
	type check func(string, string) (string, error)
	of := func(f func(string, string, int) (string, error), max int) check {
		return func(field, s string) (string, error) { return f(field, s, max) }
	}
	line, required, block := of(text.Line, 10), of(text.Required, 10), of(text.Block, 10)
	for name, c := range map[string]struct {
		check check
		in    string
		want  string
		code  fault.Code
	}{
		"a line is trimmed":             {line, "  hello ", "hello", ""},
		"an empty line":                 {line, " ", "", ""},
		"a line of the full length":     {line, "0123456789", "0123456789", ""},
		"a line that is too long":       {line, "01234567890", "", fault.InputInvalid},
		"a line with NUL":               {line, "a\x00b", "", fault.InputInvalid},
		"a line with a line end":        {line, "a\nb", "", fault.InputInvalid},
		"a line of broken UTF-8":        {line, "a\xff", "", fault.InputInvalid},
		"a line of other scripts":       {line, "привет"[:10], "приве", ""},
		"a required value":              {required, "x", "x", ""},
		"a required value of blanks":    {required, "  ", "", fault.InputMissing},
		"a block keeps its lines":       {block, "a\r\nb\rc\td", "a\nb\nc\td", ""},
		"a block with NUL":              {block, "a\x00", "", fault.InputInvalid},
		"a block that is too long":      {block, strings.Repeat("a", 11), "", fault.InputInvalid},
		"no address":                    {text.HTTPURL, "", "", ""},
		"an address":                    {text.HTTPURL, "https://example.com/a?b=c", "https://example.com/a?b=c", ""},
		"a script as an address":        {text.HTTPURL, "javascript:alert(1)", "", fault.InputInvalid},
		"an address with credentials":   {text.HTTPURL, "https://a:b@example.com", "", fault.InputInvalid},
		"an address without a host":     {text.HTTPURL, "https://", "", fault.InputInvalid},
		"an e-mail":                     {text.Email, " Ada@Example.com ", "Ada@Example.com", ""},
		"an e-mail without @":           {text.Email, "ada.example.com", "", fault.InputInvalid},
		"an e-mail with two @":          {text.Email, "a@b@c", "", fault.InputInvalid},
		"an e-mail with a display name": {text.Email, "Ada <ada@example.com>", "", fault.InputInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.check("field", c.in)
			if c.code == "" && (err != nil || got != c.want) {
				t.Errorf("%q, %v; expected %q", got, err, c.want)
			}
			if c.code != "" && !fault.Is(err, c.code) {
				t.Errorf("%q, %v; expected %s", got, err, c.code)
			}
		})
	}
}
