package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/storetest"
)

// fullWorld is an account that has one of everything.
func fullWorld(t *testing.T, s *apptest.Server) (names map[string]string, ids []string) {
	t.Helper()
	names = apptest.World{
		Licenses: map[string]apptest.WorldLicense{"license": {Email: "ada@example.com", ActivatedOn: []string{"secret-domain.example"}}},
		Releases: []apptest.WorldRelease{{Version: "1.0.0"}},
	}.Build(t, s)
	var site struct {
		RegisterSite struct{ SiteID, SiteToken string }
	}
	s.MustQuery(t, apptest.SecretKey, `mutation($key: String) { registerSite(input: {siteUrl: "https://secret-site.example", licenseKey: $key}) { siteId siteToken } }`,
		map[string]any{"key": names["license"]}, &site)
	names["site_id"], names["site_token"] = site.RegisterSite.SiteID, site.RegisterSite.SiteToken
	var action struct {
		CreateSiteAction struct{ Action struct{ ID string } }
	}
	s.MustQuery(t, apptest.SecretKey, `mutation($id: ID!) { createSiteAction(input: {siteId: $id, type: CUSTOM}) { action { id } } }`,
		map[string]any{"id": names["site_id"]}, &action)
	names["action_id"] = action.CreateSiteAction.Action.ID

	page := func(root string) string { return root + `(first: 100) { edges { node { id } } }` }
	roots := []string{"licenses", "activations", "customers", "products", "policies", "releases", "sites", "events", "apiKeys"}
	query := "{"
	for _, r := range roots {
		query += page(r) + " "
	}
	answer := s.Query(t, apptest.SecretKey, query+"}", nil).JSON(t)
	for _, r := range roots {
		found := idsIn(answer["data"].(map[string]any)[r])
		if len(found) == 0 {
			t.Fatalf("the full world has no %s", r)
		}
		ids = append(ids, found...)
	}
	return names, append(ids, names["action_id"])
}

func idsIn(connection any) []string {
	var ids []string
	for _, e := range connection.(map[string]any)["edges"].([]any) {
		ids = append(ids, e.(map[string]any)["node"].(map[string]any)["id"].(string))
	}
	return ids
}

// everything reads every root field that lists, with all that hangs on it.
const everything = `{
	viewer { accountId accountName apiKeyId }
	licenses(first: 100) { totalCount edges { node { id keyHint product { id } policy { id } customer { id email } activations(first: 100) { edges { node { id domain } } } } } }
	activations(first: 100) { totalCount edges { node { id domain license { id } } } }
	customers(first: 100) { totalCount edges { node { id email licenses(first: 100) { edges { node { id } } } } } }
	products(first: 100) { totalCount edges { node { id slug releases(first: 100) { edges { node { id } } } policies(first: 100) { edges { node { id } } } } } }
	policies(first: 100) { totalCount edges { node { id product { id } } } }
	releases(first: 100) { totalCount edges { node { id sha256 } } }
	sites(first: 100) { totalCount edges { node { id url license { id } actions(first: 100) { edges { node { id } } } } } }
	events(first: 100) { totalCount edges { node { id subjectId actor data } } }
	apiKeys(first: 100) { totalCount edges { node { id name } } }
}`

// TestAccountsSeeNothingOfEachOther reads every root field, and every object by
// its id, as another account: nothing of the first one may show.
func TestAccountsSeeNothingOfEachOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		s := apptest.Start(t, dialect)
		names, ids := fullWorld(t, s)
		other := s.Key(t, "other")

		seen := string(s.Query(t, other, everything, nil).Body)
		for _, secret := range append(ids, "ada@example.com", "secret-domain", "secret-site", names["license"]) {
			if strings.Contains(seen, secret) {
				t.Errorf("the other account sees %s", secret)
			}
		}
		if own := string(s.Query(t, apptest.SecretKey, everything, nil).Body); !strings.Contains(own, "secret-domain") || strings.Contains(own, `"errors"`) {
			t.Fatalf("the account does not see its own data: %s", own)
		}

		// By id: exactly what an id that never was gets.
		unknown := map[string]string{}
		for _, id := range ids {
			prefix, _, _ := strings.Cut(id, "_")
			unknown[prefix] = prefix + "_00000000000000000000000000"
			expectSame(t, s, other, `query($id: ID!) { node(id: $id) { id } }`, id, unknown[prefix])
			expectSame(t, s, other, `query($id: ID!) { nodes(ids: [$id, $id]) { id } }`, id, unknown[prefix])
			var own struct{ Node struct{ ID string } }
			s.MustQuery(t, apptest.SecretKey, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": id}, &own)
			if own.Node.ID != id {
				t.Errorf("node(%s) answers %q to its own account", id, own.Node.ID)
			}
		}
		expectSame(t, s, other, `query($id: ID!) { license(id: $id) { id } }`, names["license_id"], unknown["lic"])
		expectSame(t, s, other, `query($id: String!) { license(key: $id) { id } }`, names["license"], "NOSU-CHKE-YATA-LLXX")
		for field, id := range map[string]string{
			"suspendLicense(input: {id: $id}) { license { id } }":                               names["license_id"],
			"reinstateLicense(input: {id: $id}) { license { id } }":                             names["license_id"],
			"revokeLicense(input: {id: $id}) { license { id } }":                                names["license_id"],
			"revealLicenseKey(id: $id) { key }":                                                 names["license_id"],
			"updateProduct(input: {id: $id, name: \"mine\"}) { product { id } }":                names["my-cool-plugin_id"],
			"createPolicy(input: {productId: $id, name: \"mine\"}) { policy { id } }":           names["my-cool-plugin_id"],
			"issueLicense(input: {policyId: $id}) { key }":                                      names["my-cool-plugin_policy_id"],
			"publishRelease(input: {id: $id}) { release { id } }":                               names["1.0.0_id"],
			"yankRelease(input: {id: $id}) { release { id } }":                                  names["1.0.0_id"],
			"createSiteAction(input: {siteId: $id, type: CUSTOM}) { action { id } }":            names["site_id"],
			"cancelSiteAction(id: $id) { action { id } }":                                       names["action_id"],
			"revokeApiKey(id: $id) { apiKey { id } }":                                           ids[len(ids)-2],
			"siteHeartbeat(input: {siteToken: $id}) { status }":                                 names["site_token"],
			"takeSiteActions(input: {siteToken: $id}) { actions { id } }":                       names["site_token"],
			"activateLicense(input: {licenseKey: $id, domain: \"a.example\"}) { created }":      names["license"],
			"deactivateLicense(input: {licenseKey: $id, all: true}) { deactivated }":            names["license"],
			"registerSite(input: {siteUrl: \"https://b.example\", licenseKey: $id}) { siteId }": names["license"],
		} {
			typ := "ID!"
			if !strings.Contains(id, "_") {
				typ = "String!"
			}
			prefix, _, _ := strings.Cut(id, "_")
			expectSame(t, s, other, fmt.Sprintf("mutation($id: %s) { %s }", typ, field), id, or(unknown[prefix], "NOSU-CHKE-YATA-LLXX"))
		}
		expectSame(t, s, other, `query($id: String!) { validateLicense(input: {licenseKey: $id}) { valid code message license { id } } }`, names["license"], "NOSU-CHKE-YATA-LLXX")
		expectSame(t, s, other, `query($id: String!) { updateCheck(input: {productSlug: $id, licenseKey: "x"}) { entitled } }`, "my-cool-plugin", "no-such-plugin")
		expectSame(t, s, other, `query($id: String!) { download(input: {productSlug: $id, licenseKey: "x"}) { fileId } }`, "my-cool-plugin", "no-such-plugin")
	})
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// expectSame sends a document with a foreign id and with an unknown one: but
// for the request's id the answers must be the same.
func expectSame(t *testing.T, s *apptest.Server, key, query, foreign, unknown string) {
	t.Helper()
	ask := func(id string) string {
		answer := s.Query(t, key, query, map[string]any{"id": id}).JSON(t)
		if errs, ok := answer["errors"].([]any); ok {
			for _, e := range errs {
				ext := e.(map[string]any)["extensions"].(map[string]any)
				delete(ext, "requestId")
				if ext["code"] == "GRAPHQL_VALIDATION_FAILED" || ext["code"] == "INTERNAL" {
					t.Errorf("%s: %v", query, e)
				}
			}
		}
		text, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if a, b := ask(foreign), ask(unknown); a != b {
		t.Errorf("%s\nforeign: %s\nunknown: %s", query, a, b)
	}
}

// TestTestKeysSeeOnlyTestData reads everything with a test key: products,
// policies and releases are shared between the modes, all else is not.
func TestTestKeysSeeOnlyTestData(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		s := apptest.Start(t, dialect)
		_, ids := fullWorld(t, s)
		test := s.Key(t, "secret_test")
		for _, id := range ids {
			prefix, _, _ := strings.Cut(id, "_")
			shared := prefix == "prod" || prefix == "pol" || prefix == "rel"
			var out struct{ Node *struct{ ID string } }
			s.MustQuery(t, test, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": id}, &out)
			if (out.Node != nil) != shared {
				t.Errorf("a test key sees %s: %v, expected %v", id, out.Node != nil, shared)
			}
		}
		seen := string(s.Query(t, test, everything, nil).Body)
		for _, secret := range []string{"ada@example.com", "secret-domain", "secret-site"} {
			if strings.Contains(seen, secret) {
				t.Errorf("a test key sees %s", secret)
			}
		}
	})
}

// TestLiveKeysSeeNoTestData is the other way round.
func TestLiveKeysSeeNoTestData(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		s := apptest.Start(t, dialect)
		names := apptest.World{Licenses: map[string]apptest.WorldLicense{
			"license": {Owner: "secret_test", Email: "tester@example.com", ActivatedOn: []string{"test-domain.example"}},
		}}.Build(t, s)
		s.MustQuery(t, s.Key(t, "secret_test"), `mutation { registerSite(input: {siteUrl: "https://test-site.example"}) { siteId } }`, nil, nil)
		seen := string(s.Query(t, apptest.SecretKey, everything, nil).Body)
		for _, secret := range []string{"tester@example.com", "test-domain", "test-site", names["license_id"]} {
			if strings.Contains(seen, secret) {
				t.Errorf("a live key sees %s", secret)
			}
		}
		expectSame(t, s, apptest.SecretKey, `query($id: String!) { validateLicense(input: {licenseKey: $id}) { code } }`, names["license"], "NOSU-CHKE-YATA-LLXX")
	})
}

// TestWritingIsNotReading asks, in the answer to a change, for what another
// scope reads: the change is answered, and that is not.
func TestWritingIsNotReading(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, "sqlite")
	names, _ := fullWorld(t, s)
	for scope, field := range map[string]string{
		"licenses:write": `suspendLicense(input: {id: $id}) { license { id customer { email } activations(first: 1) { totalCount } product { slug } policy { name } } }`,
		"sites:write":    `createSiteAction(input: {siteId: $id, type: CUSTOM}) { action { id site { adminEmail } } }`,
		"products:write": `updateProduct(input: {id: $id, name: "N"}) { product { id policies(first: 1) { totalCount } releases(first: 1) { totalCount } } }`,
		"releases:write": `publishRelease(input: {id: $id}) { release { id product { slug } } }`,
	} {
		id := map[string]string{
			"licenses:write": names["license_id"], "sites:write": names["site_id"],
			"products:write": names["my-cool-plugin_id"], "releases:write": names["1.0.0_id"],
		}[scope]
		answer := s.Query(t, s.Key(t, scope), fmt.Sprintf("mutation($id: ID!) { changed: %s }", field), map[string]any{"id": id}).JSON(t)
		data, _ := answer["data"].(map[string]any)
		changed, _ := data["changed"].(map[string]any)
		for _, row := range changed {
			for name, value := range row.(map[string]any) {
				if (name == "id") != (value != nil) {
					t.Errorf("%s: %s is %v", scope, name, value)
				}
			}
		}
		errs, _ := answer["errors"].([]any)
		if len(changed) != 1 || len(errs) == 0 {
			t.Fatalf("%s: %v", scope, answer)
		}
		for _, e := range errs {
			if code := e.(map[string]any)["extensions"].(map[string]any)["code"]; code != "FORBIDDEN" {
				t.Errorf("%s: %v", scope, e)
			}
		}
	}
}
