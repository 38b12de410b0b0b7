package apptest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// failures is a test that only notes what it is failed with.
type failures struct {
	testing.TB
	notes []string
}

func (f *failures) Helper() {}

func (f *failures) Failed() bool { return false }

func (f *failures) Errorf(format string, args ...any) {
	f.notes = append(f.notes, fmt.Sprintf(format, args...))
}

// TestOpenAPIFindsWhatIsNotDescribed holds answers against the description that
// are right but for one thing.
func TestOpenAPIFindsWhatIsNotDescribed(t *testing.T) {
	const (
		deactivate = "POST /api/v1/licenses/deactivate"
		activate   = "POST /wp-json/license-server/v1/activate"
		download   = "GET /wp-json/license-server/v1/download/my-cool-plugin/KEY"
		freed      = `{"success":true,"deactivated":1}`
		activated  = `{"success":true,"message":"ok","license":"valid","expires_at":"2026-03-01 12:00:00"}`
		heartbeat  = `{"success":true,"status":"online","license":null,"pending_actions":0,"next_heartbeat_in":3600,"server_time":"2026-03-01T12:00:00Z"}`
		limits     = "RateLimit-Policy:p|RateLimit:r|X-RateLimit-Limit:1|X-RateLimit-Remaining:1|X-RateLimit-Reset:1|"
		json       = "Content-Type:application/json; charset=utf-8"
		zip        = `Content-Disposition:x|ETag:"x"|Accept-Ranges:bytes|Cache-Control:private, no-store|Last-Modified:x|Content-MD5:x|Content-Type:application/zip`
	)
	o := NewOpenAPI(t)
	for name, c := range map[string]struct {
		do, headers string
		status      int
		body, want  string // what the failure says; "" for none
	}{
		"a right answer":                  {deactivate, limits + json, 200, freed, ""},
		"a right answer with a slash":     {deactivate + "/", limits + json, 200, freed, ""},
		"a status that is not there":      {deactivate, limits + json, 418, freed, "no status 418"},
		"another status' body":            {deactivate, limits + json, 404, freed, "doesn't match schema"},
		"a field too many":                {deactivate, limits + json, 200, `{"success":true,"deactivated":1,"key":"x"}`, `property "key" is unsupported`},
		"a field too few":                 {deactivate, limits + json, 200, `{"success":true}`, `property "deactivated" is missing`},
		"a field of another type":         {deactivate, limits + json, 200, `{"success":true,"deactivated":"1"}`, "must be an integer"},
		"not JSON":                        {deactivate, limits + json, 200, `deactivated`, "failed to decode"},
		"another type":                    {deactivate, limits + "Content-Type:text/plain", 200, freed, "Content-Type"},
		"no header":                       {deactivate, json, 200, freed, `"RateLimit" missing`},
		"a header of another type":        {deactivate, strings.ReplaceAll(limits, "Limit:1|", "Limit:x|") + json, 200, freed, "X-RateLimit-Limit"},
		"a moment":                        {"POST /api/v1/wordpress/heartbeat", limits + json, 200, heartbeat, ""},
		"a moment in another spelling":    {"POST /api/v1/wordpress/heartbeat", limits + json, 200, strings.Replace(heartbeat, "T12", " 12", 1), "date-time"},
		"a wrong method":                  {"GET /api/v1/licenses/deactivate", "Allow:POST|" + json, 405, `{"success":false,"error":"e","message":"m","details":{},"request_id":"r"}`, ""},
		"a wrong method without Allow":    {"GET /api/v1/licenses/deactivate", json, 405, `{"success":false,"error":"e","message":"m","details":{},"request_id":"r"}`, `"Allow" missing`},
		"an address that is not there":    {"POST /api/v1/licenses", json, 404, `x`, ""},
		"a date":                          {activate, json, 200, activated, ""},
		"a date in another spelling":      {activate, json, 200, strings.Replace(activated, " 12", "T12", 1), "regular expression"},
		"a word that clients do not know": {activate, json, 200, strings.Replace(activated, `"valid"`, `"good"`, 1), "allowed values"},
		"the second name":                 {"POST /wp-json/license-server-for-woocommerce/v1/activate", json, 418, "", "no status 418"},
		"several slashes":                 {"POST //wp-json/license-server/v1//activate", json, 418, "", "no status 418"},
		"the address as a parameter":      {"POST /?rest_route=/license-server/v1/activate/", json, 418, "", "no status 418"},
		"a zip":                           {download, zip, 200, "PK", ""},
		"a zip that is not described":     {download, strings.Replace(zip, "/zip", "/gzip", 1), 200, "PK", "Content-Type"},
		"a zip without its sum":           {download, strings.Replace(zip, "Content-MD5", "X", 1), 200, "PK", `"Content-MD5" missing`},
		"HEAD of a zip":                   {"HEAD" + download[3:], zip, 200, "", ""},
		"HEAD without a header":           {"HEAD" + download[3:], strings.Replace(zip, "ETag", "X", 1), 200, "", `"ETag" missing`},
		"HEAD with another status":        {"HEAD" + download[3:], zip, 418, "", "no status 418"},
		"a key with a slash in it":        {strings.Replace(download, "KEY", "A%2FB", 1), zip, 418, "", "no status 418"},
	} {
		method, target, _ := strings.Cut(c.do, " ")
		answer := &Response{Status: c.status, Header: http.Header{}, Body: []byte(c.body)}
		for _, h := range strings.Split(c.headers, "|") {
			k, v, _ := strings.Cut(h, ":")
			answer.Header.Set(k, v)
		}
		f := &failures{TB: t}
		o.Check(f, httptest.NewRequest(method, "http://licet.test"+target, nil), answer)
		got := strings.Join(f.notes, "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: it says %q, want %q", name, got, c.want)
		}
	}
}

// TestOpenAPIFindsWhatNoCaseShows asks for every status after none was seen.
func TestOpenAPIFindsWhatNoCaseShows(t *testing.T) {
	f := &failures{TB: t}
	NewOpenAPI(t).Complete(f, "/api/v1/licenses/activate", 500, 503)
	got := strings.Join(f.notes, "\n")
	for status, want := range map[string]bool{"200": true, "429": true, "500": false, "503": false} {
		if strings.Contains(got, "POST /api/v1/licenses/activate "+status) != want {
			t.Errorf("it says %q", got)
		}
	}
	f = &failures{TB: t}
	NewOpenAPI(t).Complete(f, "/nothing")
	if len(f.notes) != 1 {
		t.Errorf("it says %v", f.notes)
	}
}
