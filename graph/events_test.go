package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/storetest"
)

// TestEveryChangeLeavesItsEvents makes each change there is and compares the
// events that it adds; made again, where that changes nothing, it adds none.
func TestEveryChangeLeavesItsEvents(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	storetest.Each(t, func(t *testing.T, dialect string) {
		s := apptest.Start(t, dialect)
		names := apptest.World{
			Licenses: map[string]apptest.WorldLicense{"key": {}, "gone": {}},
			Releases: []apptest.WorldRelease{{Version: "1.0", Status: "draft"}},
		}.Build(t, s)
		var made struct {
			RegisterSite     struct{ SiteID, SiteToken string }
			CreateApiKey     struct{ ApiKey struct{ ID string } }
			CreateSiteAction struct{ Action struct{ ID string } }
		}
		s.MustQuery(t, apptest.SecretKey, `mutation { registerSite(input: {siteUrl: "https://a.example", wpVersion: "6.6"}) { siteId siteToken } createApiKey(input: {name: "k", kind: PUBLISHABLE}) { apiKey { id } } }`, nil, &made)
		site, token := made.RegisterSite.SiteID, made.RegisterSite.SiteToken
		action := fmt.Sprintf(`createSiteAction(input: {siteId: %q, type: CUSTOM}) { action { id } }`, site)
		s.MustQuery(t, apptest.SecretKey, "mutation {"+action+"}", nil, &made)

		for _, c := range []struct {
			change string // each %s is the license key
			want   string
			again  string // what the same call adds the second time
		}{
			{`createProduct(input: {slug: "p", name: "P", type: APP}) { product { id } }`, "PRODUCT_CREATED", "refused"},
			{`updateProduct(input: {id: "` + names["my-cool-plugin_id"] + `", name: "New"}) { product { id } }`, "PRODUCT_UPDATED", "PRODUCT_UPDATED"},
			{`createPolicy(input: {productId: "` + names["my-cool-plugin_id"] + `", name: "P"}) { policy { id } }`, "POLICY_CREATED", "POLICY_CREATED"},
			{`createCustomer(input: {email: "a@example.com"}) { customer { id } }`, "CUSTOMER_CREATED", ""},
			{`issueLicense(input: {policyId: "` + names["my-cool-plugin_policy_id"] + `", customer: {email: "b@example.com"}, key: "IMPORTED-1"}) { key }`, "CUSTOMER_CREATED LICENSE_CREATED", "refused"},
			{`activateLicense(input: {licenseKey: "%s", domain: "a.example"}) { created }`, "ACTIVATION_CREATED LICENSE_ACTIVATED", "LICENSE_ACTIVATED"},
			{`deactivateLicense(input: {licenseKey: "%s", domain: "a.example"}) { deactivated }`, "ACTIVATION_REMOVED LICENSE_DEACTIVATED", ""},
			{`suspendLicense(input: {id: "` + names["key_id"] + `"}) { license { id } }`, "LICENSE_SUSPENDED", ""},
			{`reinstateLicense(input: {id: "` + names["key_id"] + `"}) { license { id } }`, "LICENSE_REINSTATED", ""},
			{`revokeLicense(input: {id: "` + names["gone_id"] + `"}) { license { id } }`, "LICENSE_REVOKED", ""},
			{`revealLicenseKey(id: "` + names["key_id"] + `") { key }`, "LICENSE_KEY_REVEALED", "LICENSE_KEY_REVEALED"},
			{`publishRelease(input: {id: "` + names["1.0_id"] + `"}) { release { id } }`, "RELEASE_PUBLISHED", ""},
			{`yankRelease(input: {id: "` + names["1.0_id"] + `"}) { release { id } }`, "RELEASE_YANKED", ""},
			{`registerSite(input: {siteUrl: "https://b.example", licenseKey: "%s"}) { siteId }`, "ACTIVATION_CREATED LICENSE_ACTIVATED SITE_REGISTERED", "LICENSE_ACTIVATED SITE_REGISTERED"},
			{`siteHeartbeat(input: {siteToken: "` + token + `", wpVersion: "6.7", healthData: {a: 1}}) { status }`, "SITE_UPDATED", ""},
			{`cancelSiteAction(id: "` + made.CreateSiteAction.Action.ID + `") { action { id } }`, "SITE_ACTION_CANCELED", ""},
			{action, "SITE_ACTION_CREATED", "SITE_ACTION_CREATED"},
			{`takeSiteActions(input: {siteToken: "` + token + `"}) { actions { id } }`, "SITE_ACTION_ACKNOWLEDGED SITE_ACTION_ACKNOWLEDGED", ""},
			{`createApiKey(input: {name: "k", kind: PUBLISHABLE}) { token }`, "API_KEY_CREATED", "API_KEY_CREATED"},
			{`revokeApiKey(id: "` + made.CreateApiKey.ApiKey.ID + `") { apiKey { id } }`, "API_KEY_REVOKED", ""},
		} {
			call := "mutation { " + strings.ReplaceAll(c.change, "%s", names["key"]) + " }"
			for _, want := range []string{c.want, c.again} {
				before := allEvents(t, s)
				answer := s.Query(t, apptest.SecretKey, call, nil).JSON(t)
				added := allEvents(t, s)[len(before):]
				if want == "refused" {
					if answer["errors"] == nil || len(added) > 0 {
						t.Errorf("%s\nagain: %v, events %v", call, answer, added)
					}
					continue
				}
				slices.Sort(added)
				if got := strings.Join(added, " "); got != want || answer["errors"] != nil {
					t.Errorf("%s\nleaves %q, expected %q: %v", call, got, want, answer)
				}
			}
		}
		if dialect != "sqlite" {
			return
		}
		for _, typ := range allEvents(t, s) {
			seen[typ] = true
		}
		for _, v := range schema(t).Types["EventType"].EnumValues {
			if !seen[v.Name] {
				t.Errorf("no change leaves %s", v.Name)
			}
		}
	})
}

// allEvents returns the types of every event, oldest first.
func allEvents(t *testing.T, s *apptest.Server) []string {
	t.Helper()
	var types []string
	after := ""
	for {
		var page struct {
			Events struct {
				Edges    []struct{ Node struct{ Type string } }
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		s.MustQuery(t, apptest.SecretKey, `query($after: Cursor) { events(first: 100, after: $after) { edges { node { type } } pageInfo { hasNextPage endCursor } } }`,
			map[string]any{"after": nullable(after)}, &page)
		for _, e := range page.Events.Edges {
			types = append(types, e.Node.Type)
		}
		if !page.Events.PageInfo.HasNextPage {
			return types
		}
		after = page.Events.PageInfo.EndCursor
	}
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
