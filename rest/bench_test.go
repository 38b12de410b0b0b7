package rest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/config"
	"github.com/licethq/licet/internal/storetest"
)

// bench sends requests one after the other to a server on each database, with
// rate limits off: go test -run='^$' -bench=. ./rest
func bench(b *testing.B, request func(key string, n int) (do, body string)) {
	for _, dialect := range storetest.Dialects {
		b.Run(dialect, func(b *testing.B) {
			s := apptest.Start(b, dialect, func(c *config.Config) { c.RateLimits = "off" })
			names := apptest.World{
				Licenses: map[string]apptest.WorldLicense{"key": {ActivatedOn: []string{"example.com"}}},
				Releases: []apptest.WorldRelease{{Version: "1.0"}, {Version: "1.1"}},
			}.Build(b, s)
			pk := s.Key(b, "publishable")
			n := 0
			for b.Loop() {
				n++
				do, body := request(names["key"], n)
				method, path, _ := strings.Cut(do, " ")
				r, err := http.NewRequestWithContext(b.Context(), method, s.URL+path, strings.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("X-Api-Key", pk)
				if answer := s.Do(b, r); answer.Status != http.StatusOK {
					b.Fatalf("status %d %s", answer.Status, answer.Body)
				}
			}
		})
	}
}

// BenchmarkValidate judges a license on a domain where it is activated.
func BenchmarkValidate(b *testing.B) {
	bench(b, func(key string, _ int) (do, body string) {
		return "POST /api/v1/licenses/validate", `{"license_key":"` + key + `","domain":"example.com"}`
	})
}

// BenchmarkActivate activates a license on another new domain each time.
func BenchmarkActivate(b *testing.B) {
	bench(b, func(key string, n int) (do, body string) {
		return "POST /api/v1/licenses/activate", fmt.Sprintf(`{"license_key":%q,"domain":"site-%d.example"}`, key, n)
	})
}

// BenchmarkCheck checks a license on a domain where it is activated.
func BenchmarkCheck(b *testing.B) {
	bench(b, func(key string, _ int) (do, body string) {
		return "GET /wp-json/license-server/v1/check?slug=my-cool-plugin&domain=example.com&license_key=" + key, ""
	})
}

// BenchmarkUpdateCheck asks for the newest release.
func BenchmarkUpdateCheck(b *testing.B) {
	bench(b, func(key string, _ int) (do, body string) {
		return "GET /wp-json/license-server/v1/update-check/my-cool-plugin/" + key, ""
	})
}
