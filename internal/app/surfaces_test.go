package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/config"
)

func ask(t *testing.T, s *apptest.Server, method, path string, headers ...string) *apptest.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.Do(t, r)
}

// TestWhatRunsHere opens what a visitor finds without a key.
func TestWhatRunsHere(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, "sqlite")
	for path, c := range map[string]struct {
		status int
		typ    string
		text   []string
	}{
		"/":             {200, "text/html", []string{"licet", `href="/playground"`, `href="/openapi.yaml"`, `href="/healthz"`}},
		"/playground":   {200, "text/html", []string{"licet playground", "query WhoAmI"}},
		"/openapi.yaml": {200, "application/yaml", []string{"openapi:", "/api/v1/licenses/activate", "/wp-json/license-server/v1/check"}},
		"/healthz":      {200, "text/plain", []string{"ok"}},
		"/readyz":       {200, "text/plain", []string{"ready"}},
		"/nowhere":      {404, "text/plain", nil},
		"/debug/pprof":  {404, "text/plain", nil},
		"/.env":         {404, "text/plain", nil},
	} {
		answer := ask(t, s, http.MethodGet, path)
		if answer.Status != c.status || !strings.HasPrefix(answer.Header.Get("Content-Type"), c.typ) {
			t.Errorf("%s: %d %s", path, answer.Status, answer.Header.Get("Content-Type"))
		}
		for _, text := range c.text {
			if !strings.Contains(string(answer.Body), text) {
				t.Errorf("%s lacks %q", path, text)
			}
		}
		if answer.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s has no request id", path)
		}
	}
}

// TestCrossOrigin asks as a browser on another site does.
func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	open := apptest.Start(t, "sqlite")
	closed := apptest.Start(t, "sqlite", func(c *config.Config) { c.CORSOrigins = []string{"https://dashboard.example.com"} })
	for name, c := range map[string]struct {
		server       *apptest.Server
		origin, want string
	}{
		"any origin by default":     {open, "https://anywhere.example", "*"},
		"a configured origin":       {closed, "https://dashboard.example.com", "https://dashboard.example.com"},
		"an origin not configured":  {closed, "https://anywhere.example", ""},
		"an origin that looks like": {closed, "https://dashboard.example.com.evil.example", ""},
		"a sandboxed page":          {closed, "null", ""},
	} {
		for _, path := range []string{"/graphql", "/api/v1/licenses/validate", "/wp-json/license-server/v1/activate"} {
			preflight := ask(t, c.server, http.MethodOptions, path, "Origin", c.origin,
				"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
			actual := ask(t, c.server, http.MethodPost, path, "Origin", c.origin)
			for _, answer := range []*apptest.Response{preflight, actual} {
				if got := answer.Header.Get("Access-Control-Allow-Origin"); got != c.want {
					t.Errorf("%s at %s: allowed origin is %q, expected %q", name, path, got, c.want)
				}
				if answer.Header.Get("Access-Control-Allow-Credentials") != "" {
					t.Errorf("%s at %s: credentials are allowed", name, path)
				}
			}
			if allowed := preflight.Header.Get("Access-Control-Allow-Headers"); (c.want != "") != strings.Contains(allowed, "authorization") {
				t.Errorf("%s at %s: allowed headers are %q", name, path, allowed)
			}
		}
	}
}

// TestRateLimitsCanBeOff is for load tests.
func TestRateLimitsCanBeOff(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, "sqlite", func(c *config.Config) { c.RateLimits = "off" })
	for range 70 {
		if answer := ask(t, s, http.MethodGet, "/wp-json/license-server/v1/check"); answer.Status != http.StatusBadRequest {
			t.Fatalf("%d %s", answer.Status, answer.Body)
		}
	}
}
