package main_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/licethq/licet/internal/storetest"
)

// TestLimitHoldsUnderConcurrency sends 200 activations of distinct domains at
// once, over both dialects and GraphQL: of a limit of 5 exactly 5 succeed. On
// PostgreSQL two server processes share the database.
func TestLimitHoldsUnderConcurrency(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dialect string) {
		const callers, limit = 200, 5
		env := []string{
			"LICET_DATABASE_URL=" + storetest.URL(t, dialect), "LICET_MASTER_KEY=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
			"LICET_BOOTSTRAP_SECRET_KEY=" + secretKey, "LICET_TRUSTED_PROXIES=127.0.0.1", "LICET_LOG_LEVEL=error",
		}
		servers := []*process{start(t, env)}
		if dialect == "postgres" {
			servers = append(servers, start(t, env))
		}
		key := issue(t, servers[0].URL, limit)

		var succeeded, refused atomic.Int32
		var wait sync.WaitGroup
		begin := make(chan struct{})
		for i := range callers {
			wait.Go(func() {
				<-begin
				url := servers[i%len(servers)].URL
				// Rate limits stay on: every caller has an address of its own.
				headers := map[string]string{"X-Forwarded-For": fmt.Sprintf("198.51.%d.%d", i/250, i%250+1), "Authorization": "Bearer " + secretKey}
				domain := fmt.Sprintf("site-%d.example", i)
				ok, full, err := activateOver(t, i, url, headers, key, domain)
				switch {
				case err != nil:
					t.Errorf("caller %d: %v", i, err)
				case ok:
					succeeded.Add(1)
				case full:
					refused.Add(1)
				default:
					t.Errorf("caller %d got neither a slot nor the limit's refusal", i)
				}
			})
		}
		close(begin)
		wait.Wait()
		if succeeded.Load() != limit || refused.Load() != callers-limit {
			t.Errorf("%d of %d callers got a slot and %d were refused, expected %d and %d", succeeded.Load(), callers, refused.Load(), limit, callers-limit)
		}
		data := graphQL(t, servers[0].URL, secretKey, `query($key: String!) { license(key: $key) { activationsUsed activations(first: 100) { totalCount } } }`, map[string]any{"key": key})
		license := data["license"].(map[string]any)
		if used, rows := license["activationsUsed"], license["activations"].(map[string]any)["totalCount"]; used != float64(limit) || rows != float64(limit) {
			t.Errorf("the license counts %v activations and has %v, expected %d", used, rows, limit)
		}
	})
}

// activateOver activates through one of the three surfaces, by the caller's number.
func activateOver(t *testing.T, caller int, url string, headers map[string]string, key, domain string) (ok, full bool, err error) {
	switch caller % 3 {
	case 0:
		status, out, err := post(t.Context(), url+"/api/v1/licenses/activate", headers, map[string]any{"license_key": key, "domain": domain})
		return status == 200 && out["success"] == true, status == 403 && out["error"] == "activation_limit_reached", err
	case 1:
		status, out, err := post(t.Context(), url+"/wp-json/license-server/v1/activate", headers, map[string]any{"license_key": key, "slug": "my-cool-plugin", "domain": domain})
		return status == 200 && out["success"] == true, status == 403 && out["code"] == "activation_limit_reached", err
	}
	status, out, err := post(t.Context(), url+"/graphql", headers, map[string]any{
		"query":     `mutation($key: String!, $domain: String) { activateLicense(input: {licenseKey: $key, domain: $domain}) { created } }`,
		"variables": map[string]any{"key": key, "domain": domain},
	})
	if errs, failed := out["errors"].([]any); failed {
		code := errs[0].(map[string]any)["extensions"].(map[string]any)["code"]
		return false, code == "ACTIVATION_LIMIT_REACHED", err
	}
	return status == 200, false, err
}

// TestSamePlaceAtOnceTakesOneSlot sends the same domain many times at once to a
// license with one slot: every caller succeeds, with the same activation.
func TestSamePlaceAtOnceTakesOneSlot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dialect string) {
		server := start(t, []string{
			"LICET_DATABASE_URL=" + storetest.URL(t, dialect), "LICET_BOOTSTRAP_SECRET_KEY=" + secretKey, "LICET_LOG_LEVEL=error",
		})
		key := issue(t, server.URL, 1)
		var wait sync.WaitGroup
		ids := make([]any, 40)
		for i := range ids {
			wait.Go(func() {
				status, out, err := post(t.Context(), server.URL+"/api/v1/licenses/activate", map[string]string{"X-Api-Key": secretKey}, map[string]any{"license_key": key, "domain": "same.example"})
				if err != nil || status != 200 {
					t.Errorf("status %d: %v %v", status, out, err)
					return
				}
				ids[i] = out["activation"].(map[string]any)["id"]
			})
		}
		wait.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("different activations for one place: %v and %v", id, ids[0])
			}
		}
	})
}
