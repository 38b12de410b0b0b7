package wire

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/ratelimit"
)

func TestParse(t *testing.T) {
	const notObject, twice = "The body must be one JSON object, in UTF-8.", "The body must not hold a field twice."
	for name, c := range map[string]struct {
		body    string
		message string // "" when it is fine
	}{
		"an object":                    {`{"a":"x","b":{"c":[1]}}`, ""},
		"an empty object":              {`{}`, ""},
		"white space around it":        {" \r\n\t{\"a\" : 1 }\n", ""},
		"equal names at two levels":    {`{"a":{"a":1}}`, ""},
		"names that differ in case":    {`{"a":1,"A":2}`, ""},
		"100 levels":                   {`{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, ""},
		"nothing":                      {``, notObject},
		"blanks":                       {"  \n", notObject},
		"null":                         {`null`, notObject},
		"a list":                       {`[{"a":1}]`, notObject},
		"a string":                     {`"a"`, notObject},
		"a number":                     {`1`, notObject},
		"a form":                       {`a=1&b=2`, notObject},
		"a cut object":                 {`{"a":1`, notObject},
		"a cut value":                  {`{"a":`, notObject},
		"a trailing comma":             {`{"a":1,}`, notObject},
		"no comma":                     {`{"a":1 "b":2}`, notObject},
		"a name without quotes":        {`{a:1}`, notObject},
		"a number for a name":          {`{1:1}`, notObject},
		"no colon":                     {`{"a" 1}`, notObject},
		"two objects":                  {`{"a":1}{"b":2}`, notObject},
		"text after it":                {`{"a":1} x`, notObject},
		"a bracket too many":           {`{"a":1}}`, notObject},
		"a byte order mark":            {"\ufeff{\"a\":1}", notObject},
		"bytes that are not UTF-8":     {"{\"a\":\"\xff\"}", notObject},
		"a NUL":                        {"{\"a\":\"\x00\"}", notObject},
		"a NUL after it":               {"{\"a\":1}\x00", notObject},
		"a field twice":                {`{"a":1,"b":2,"a":1}`, twice},
		"a field twice, escaped":       {`{"a":1,"\u0061":1}`, twice},
		"more levels than are decoded": {`{"a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, notObject},
		"brackets only":                {strings.Repeat("[", MaxBody), notObject},
		"braces only":                  {strings.Repeat(`{"a":`, MaxBody/5), notObject},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.body))
			got := ""
			if err != nil {
				got = fault.From(err).Message
				if !fault.Is(err, fault.InputInvalid) {
					t.Errorf("the error is %v", err)
				}
			}
			if got != c.message {
				t.Errorf("Parse says %q, want %q", got, c.message)
			}
		})
	}
}

func TestObjectText(t *testing.T) {
	o, err := Parse([]byte(`{"text":"Smith \u0026 S\u00f6hne","empty":"","null":null,"number":1,"bool":true,"list":["a"],"object":{"$ne":""},"nul":"a\u0000b"}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"text": "Smith & Söhne", "empty": "", "null": "", "absent": ""} {
		if got, err := o.Text(name); got != want || err != nil {
			t.Errorf("%s is %q, %v, want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"number", "bool", "list", "object", "nul"} {
		if got, err := o.Text(name); got != "" || !fault.Is(err, fault.InputInvalid) || fault.From(err).Field != name {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	for name, want := range map[string]bool{"text": true, "empty": true, "null": false, "absent": false} {
		if o.Has(name) != want {
			t.Errorf("Has(%s) is not %t", name, want)
		}
	}
}

func TestReadBoundsTheBody(t *testing.T) {
	for size, want := range map[int]fault.Code{MaxBody: "", MaxBody + 1: fault.TooLarge, 100 * MaxBody: fault.TooLarge} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat(" ", size)))
		body, err := Read(httptest.NewRecorder(), r)
		if want == "" && (err != nil || len(body) != size) || want != "" && !fault.Is(err, want) {
			t.Errorf("%d bytes: %d were read, %v", size, len(body), err)
		}
	}
	broken := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader(`{`), brokenReader{}))
	if _, err := Decode(httptest.NewRecorder(), broken); !fault.Is(err, fault.InputInvalid) {
		t.Errorf("a broken body: %v", err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestEncode(t *testing.T) {
	w := httptest.NewRecorder()
	Encode(w, http.StatusTeapot, map[string]any{"name": "Smith & Sons <\u2028>"})
	if got, want := w.Body.String(), "{\"name\":\"Smith & Sons <\\u2028>\"}\n"; got != want {
		t.Errorf("the body is %q, want %q", got, want)
	}
	want := http.Header{
		"Content-Type": {"application/json; charset=utf-8"}, "Content-Length": {"33"},
		"Cache-Control": {"no-store"}, "X-Content-Type-Options": {"nosniff"},
	}
	if diff := cmp.Diff(want, w.Header()); diff != "" || w.Code != http.StatusTeapot {
		t.Error(w.Code, diff)
	}
}

// Every row of the error table has a status of its kind; the contract's list.
func TestStatus(t *testing.T) {
	want := map[fault.Code]int{
		fault.InputMissing: 400, fault.InputInvalid: 400, fault.IdentityRequired: 400, fault.ProductMismatch: 400,
		fault.ArchiveInvalid: 400, fault.QueryParseFailed: 400, fault.QueryValidationFailed: 400,
		fault.Unauthenticated: 401,
		fault.Forbidden:       403, fault.LicenseRevoked: 403, fault.LicenseSuspended: 403, fault.LicenseNotStarted: 403,
		fault.LicenseExpired: 403, fault.LicenseNotActivated: 403, fault.ActivationLimitReached: 403, fault.SiteTaken: 403,
		fault.NotFound: 404, fault.LicenseNotFound: 404, fault.ProductNotFound: 404, fault.ReleaseNotFound: 404, fault.SiteNotFound: 404,
		fault.Conflict: 409, fault.AlreadyExists: 409,
		fault.TooLarge: 413, fault.RateLimited: 429, fault.Internal: 500, fault.Unavailable: 503,
	}
	got := map[fault.Code]int{}
	for _, row := range fault.Table {
		got[row.Code] = Status(row.Kind)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Status(0) != 500 {
		t.Error("an unknown kind is not our fault")
	}
}

func TestRefuseSaysWhenToComeAgain(t *testing.T) {
	for _, c := range []struct {
		code fault.Code
		wait time.Duration
		want string
	}{
		{fault.RateLimited, 59001 * time.Millisecond, "60"},
		{fault.RateLimited, time.Minute, "60"},
		{fault.RateLimited, time.Nanosecond, "1"},
		{fault.RateLimited, 0, "1"},
		{fault.Unavailable, 0, "1"},
		{fault.Unavailable, 5 * time.Second, "5"},
		{fault.LicenseExpired, 0, ""},
	} {
		w := httptest.NewRecorder()
		f := fault.New(c.code)
		f.RetryAfter = c.wait
		Refuse(w, f, struct{}{})
		if got := w.Header().Get("Retry-After"); got != c.want || w.Code != Status(f.Kind()) {
			t.Errorf("%s after %s: status %d, Retry-After %q, want %q", c.code, c.wait, w.Code, got, c.want)
		}
	}
}

func TestLogTellsOnlyWhatIsOurs(t *testing.T) {
	for want, err := range map[string]error{
		"":     fault.New(fault.LicenseExpired),
		"boom": errors.New("boom"),
		"bang": fault.Wrap(fault.Unavailable, errors.New("bang")),
	} {
		var b bytes.Buffer
		Log(t.Context(), slog.New(slog.NewTextHandler(&b, nil)), fault.From(err))
		if got := b.String(); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("for %v it logs %q", err, got)
		}
	}
}

func TestRateLimited(t *testing.T) {
	if err := RateLimited(ratelimit.Result{Allowed: true, Limit: 1}); err != nil {
		t.Error(err)
	}
	f := fault.From(RateLimited(ratelimit.Result{Limit: 1, Reset: 7 * time.Second}))
	if f == nil || f.Code != fault.RateLimited || f.RetryAfter != 7*time.Second {
		t.Errorf("the refusal is %+v", f)
	}
}
