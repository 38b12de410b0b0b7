package graph_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/storetest"
)

// atOnce runs calls side by side and returns their answers.
func atOnce(t *testing.T, s *apptest.Server, n int, call func(i int) string) []map[string]any {
	t.Helper()
	answers := make([]map[string]any, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { answers[i] = s.Query(t, apptest.SecretKey, call(i), nil).JSON(t) })
	}
	wait.Wait()
	return answers
}

func count(types []string, want string) int {
	n := 0
	for _, typ := range types {
		if typ == want {
			n++
		}
	}
	return n
}

// TestSlotsNeverDrift activates and deactivates the same few places at once:
// afterwards the count on the license is the number of active rows, and each
// row was created and removed by one event.
func TestSlotsNeverDrift(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		s := apptest.Start(t, dialect)
		names := apptest.World{Licenses: map[string]apptest.WorldLicense{"key": {Limit: 2}}}.Build(t, s)
		atOnce(t, s, 60, func(i int) string {
			verb := []string{
				`activateLicense(input: {licenseKey: %q, domain: "d%d.example"}) { created }`,
				`deactivateLicense(input: {licenseKey: %q, domain: "d%d.example"}) { deactivated }`,
			}[i/3%2]
			return "mutation {" + fmt.Sprintf(verb, names["key"], i%3) + "}"
		})
		var out struct {
			License     struct{ ActivationsUsed int }
			Activations struct{ TotalCount int }
		}
		s.MustQuery(t, apptest.SecretKey, fmt.Sprintf(`{ license(key: %q) { activationsUsed } activations(first: 1, filter: {active: true}) { totalCount } }`, names["key"]), nil, &out)
		types := allEvents(t, s)
		made, removed := count(types, "ACTIVATION_CREATED"), count(types, "ACTIVATION_REMOVED")
		if used := out.License.ActivationsUsed; used != out.Activations.TotalCount || used != made-removed || used > 2 {
			t.Errorf("the license counts %d, %d rows are active, %d were created and %d removed", used, out.Activations.TotalCount, made, removed)
		}
	})
}

// TestActionsAreHandedOutOnce fetches a site's actions by many calls at once.
func TestActionsAreHandedOutOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		s := apptest.Start(t, dialect)
		var site struct {
			RegisterSite struct{ SiteID, SiteToken string }
		}
		s.MustQuery(t, apptest.SecretKey, `mutation { registerSite(input: {siteUrl: "https://a.example"}) { siteId siteToken } }`, nil, &site)
		const actions = 12
		for range actions {
			s.MustQuery(t, apptest.SecretKey, fmt.Sprintf(`mutation { createSiteAction(input: {siteId: %q, type: CUSTOM}) { action { id } } }`, site.RegisterSite.SiteID), nil, nil)
		}
		taken := map[any]int{}
		for _, answer := range atOnce(t, s, 10, func(int) string {
			return fmt.Sprintf(`mutation { takeSiteActions(input: {siteToken: %q}) { actions { id } } }`, site.RegisterSite.SiteToken)
		}) {
			if answer["errors"] != nil {
				t.Fatal(answer)
			}
			for _, a := range answer["data"].(map[string]any)["takeSiteActions"].(map[string]any)["actions"].([]any) {
				taken[a.(map[string]any)["id"]]++
			}
		}
		if len(taken) != actions {
			t.Errorf("%d of %d actions were handed out", len(taken), actions)
		}
		for id, times := range taken {
			if times != 1 {
				t.Errorf("%v was handed out %d times", id, times)
			}
		}
	})
}

// TestChangesHappenOnce makes changes that can only happen once many times at
// once: one event each, and the object in one state.
func TestChangesHappenOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		s := apptest.Start(t, dialect)
		names := apptest.World{
			Licenses: map[string]apptest.WorldLicense{"key": {}},
			Releases: []apptest.WorldRelease{{Version: "1.0", Status: "draft"}},
		}.Build(t, s)
		var key struct {
			CreateApiKey struct{ ApiKey struct{ ID string } }
		}
		s.MustQuery(t, apptest.SecretKey, `mutation { createApiKey(input: {name: "k", kind: PUBLISHABLE}) { apiKey { id } } }`, nil, &key)
		calls := []string{
			fmt.Sprintf(`revokeApiKey(id: %q) { apiKey { id } }`, key.CreateApiKey.ApiKey.ID),
			fmt.Sprintf(`publishRelease(input: {id: %q}) { release { id } }`, names["1.0_id"]),
			fmt.Sprintf(`yankRelease(input: {id: %q}) { release { id } }`, names["1.0_id"]),
			fmt.Sprintf(`revokeLicense(input: {id: %q}) { license { id } }`, names["key_id"]),
			`createCustomer(input: {email: "same@example.com"}) { customer { id } }`,
			fmt.Sprintf(`registerSite(input: {siteUrl: "https://same.example", licenseKey: %q}) { siteId }`, names["key"]),
		}
		for _, answer := range atOnce(t, s, len(calls)*8, func(i int) string { return "mutation {" + calls[i%len(calls)] + "}" }) {
			if errs, failed := answer["errors"].([]any); failed {
				if code := errs[0].(map[string]any)["extensions"].(map[string]any)["code"]; code != "CONFLICT" && code != "SITE_TAKEN" {
					t.Errorf("%v", errs)
				}
			}
		}
		types := allEvents(t, s)
		for _, typ := range []string{"API_KEY_REVOKED", "RELEASE_PUBLISHED", "LICENSE_REVOKED", "CUSTOMER_CREATED"} {
			if n := count(types, typ); n != 1 {
				t.Errorf("%d events %s", n, typ)
			}
		}
		if n := count(types, "RELEASE_YANKED"); n > 1 {
			t.Errorf("%d events RELEASE_YANKED", n)
		}
	})
}
