package rest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/storetest"
)

// TestRoundTrips counts the SQL statements of the calls that sites make most.
// The numbers stand in the docs of licensing.ValidateLicense, ActivateLicense and
// Entitle, and of catalog.UpdateCheck and Download; account.Authenticate adds two
// where there is an API key.
func TestRoundTrips(t *testing.T) {
	const key = 2
	storetest.Each(t, func(t *testing.T, dialect string) {
		s := apptest.Start(t, dialect)
		names := apptest.World{
			Licenses: map[string]apptest.WorldLicense{
				"KEY":  {ActivatedOn: []string{"example.com"}},
				"BOTH": {Identity: "BOTH"},
			},
			Releases: []apptest.WorldRelease{{Version: "1.0"}, {Version: "1.1"}},
		}.Build(t, s)
		pk := s.Key(t, "publishable")
		const ls = "/wp-json/license-server/v1"
		for _, c := range []struct {
			name, do, body string
			want, status   int
		}{
			{"ValidateLicense", "POST /api/v1/licenses/validate", `{"license_key":"KEY"}`, 3 + key, 200},
			{"ValidateLicense with a domain", "POST /api/v1/licenses/validate", `{"license_key":"KEY","domain":"example.com"}`, 4 + key, 200},
			{"ValidateLicense of domain and device together", "POST /api/v1/licenses/validate", `{"license_key":"BOTH","domain":"example.com","device_fingerprint":"hw-1"}`, 5 + key, 200},
			{"ValidateLicense of an unknown key", "POST /api/v1/licenses/validate", `{"license_key":"NOPE"}`, 1 + key, 404},
			{"ActivateLicense on a new domain", "POST /api/v1/licenses/activate", `{"license_key":"KEY","domain":"new.example"}`, 9 + key, 200},
			{"ActivateLicense on a known domain", "POST /api/v1/licenses/activate", `{"license_key":"KEY","domain":"example.com"}`, 8 + key, 200},
			{"activate without an API key", "POST " + ls + "/activate", `{"license_key":"KEY","slug":"my-cool-plugin","domain":"newer.example"}`, 9, 200},
			{"check", "GET " + ls + "/check?license_key=KEY&slug=my-cool-plugin", "", 3, 200},
			{"check with a domain", "GET " + ls + "/check?license_key=KEY&slug=my-cool-plugin&domain=example.com", "", 4, 200},
			{"UpdateCheck", "GET " + ls + "/update-check/my-cool-plugin/KEY", "", 3, 200},
			{"Download", "GET " + ls + "/download/my-cool-plugin/KEY", "", 3, 200},
			{"no API key", "POST /api/v1/licenses/validate", `{"license_key":"KEY"}`, 0, 401},
		} {
			with := strings.NewReplacer("KEY", names["KEY"], "BOTH", names["BOTH"])
			method, path, _ := strings.Cut(with.Replace(c.do), " ")
			r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(with.Replace(c.body)))
			if err != nil {
				t.Fatal(err)
			}
			if c.status != http.StatusUnauthorized {
				r.Header.Set("X-Api-Key", pk)
			}
			var answer *apptest.Response
			statements := s.Statements(func() { answer = s.Do(t, r) })
			if answer.Status != c.status {
				t.Errorf("%s: status %d %s", c.name, answer.Status, answer.Body)
			}
			if len(statements) != c.want {
				t.Errorf("%s: %d statements, expected %d:\n%s", c.name, len(statements), c.want, strings.Join(statements, "\n"))
			}
		}
	})
}
