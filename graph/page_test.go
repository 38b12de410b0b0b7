package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/storetest"
)

// connections says how each connection is reached, with %s for its arguments
// and selection. A connection of the schema that is missing here fails the test.
var connections = map[string][]string{
	"License":    {"licenses%s", "customers(first: 1) { edges { node { licenses%s } } }"},
	"Activation": {"activations%s", "licenses(first: 1) { edges { node { activations%s } } }"},
	"Customer":   {"customers%s"},
	"Product":    {"products%s"},
	"Policy":     {"policies%s", "products(first: 1) { edges { node { policies%s } } }"},
	"Release":    {"releases%s", "products(first: 1) { edges { node { releases%s } } }"},
	"Site":       {"sites%s"},
	"SiteAction": {"sites(first: 1) { edges { node { actions%s } } }"},
	"Event":      {"events%s"},
	"ApiKey":     {"apiKeys%s"},
}

// TestEveryOrderPagesBothWays pages through every connection by every order, in
// both directions, forward and backward, over rows with equal, different and
// absent values: each row must come once.
func TestEveryOrderPagesBothWays(t *testing.T) {
	t.Parallel()
	s := schema(t)
	orders := map[string][]string{}
	for name, d := range s.Types {
		if entity, ok := strings.CutSuffix(name, "OrderField"); ok && d.Kind == ast.Enum {
			for _, v := range d.EnumValues {
				orders[entity] = append(orders[entity], v.Name)
			}
		}
	}
	storetest.Each(t, func(t *testing.T, dialect string) {
		server := apptest.Start(t, dialect)
		manyRows(t, server)
		for entity, fields := range orders {
			if connections[entity] == nil {
				t.Errorf("no way to reach the connection of %s is known", entity)
			}
			for _, path := range connections[entity] {
				for _, field := range fields {
					checkOrder(t, server, path, field)
				}
			}
		}
	})
}

const rows = 7

func checkOrder(t *testing.T, s *apptest.Server, path, field string) {
	t.Helper()
	what := fmt.Sprintf("%s by %s", path, field)
	all := pageAll(t, s, path, field, "ASC", "first", 100)
	if len(all) < rows {
		t.Fatalf("%s: only %d rows to page through", what, len(all))
	}
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	for _, c := range []struct {
		direction, end string
		want           []string
	}{{"ASC", "first", all}, {"ASC", "last", all}, {"DESC", "first", reversed}, {"DESC", "last", reversed}} {
		if got := pageAll(t, s, path, field, c.direction, c.end, 3); !slices.Equal(got, c.want) {
			t.Errorf("%s %s with %q:\n got %v\nwant %v", what, c.direction, c.end, got, c.want)
		}
	}
}

// pageAll returns all ids in list order, paging from either end.
func pageAll(t *testing.T, s *apptest.Server, path, field, direction, end string, size int) []string {
	t.Helper()
	var ids []string
	cursor := ""
	for range 200 {
		arguments := fmt.Sprintf("(%s: %d, orderBy: {field: %s, direction: %s}", end, size, field, direction)
		if cursor != "" {
			arguments += map[string]string{"first": ", after: ", "last": ", before: "}[end] + `"` + cursor + `"`
		}
		answer := s.Query(t, apptest.SecretKey, "{ "+fmt.Sprintf(path, arguments+") { totalCount edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }")+" }", nil).JSON(t)
		if answer["errors"] != nil {
			t.Fatalf("%s: %v", path, answer["errors"])
		}
		connection := innermost(answer["data"])
		page := idsIn(connection)
		info := connection["pageInfo"].(map[string]any)
		more, next := info["hasNextPage"], info["endCursor"]
		if end == "last" {
			ids = append(page, ids...)
			more, next = info["hasPreviousPage"], info["startCursor"]
		} else {
			ids = append(ids, page...)
		}
		if more != true {
			if total := int(connection["totalCount"].(float64)); total != len(ids) {
				t.Errorf("%s: totalCount is %d, but %d rows came", path, total, len(ids))
			}
			return ids
		}
		cursor = next.(string)
	}
	t.Fatalf("%s by %s: the pages do not end", path, field)
	return nil
}

// innermost walks down to the connection that holds the page's information.
func innermost(v any) map[string]any {
	object, _ := v.(map[string]any)
	if object["pageInfo"] != nil {
		return object
	}
	for _, inner := range object {
		if list, ok := inner.([]any); ok {
			inner = list[0]
		}
		if found := innermost(inner); found != nil {
			return found
		}
	}
	return nil
}

// manyRows makes at least seven of everything; expiry, update and activation
// counts have gaps and ties.
func manyRows(t *testing.T, s *apptest.Server) {
	t.Helper()
	w := apptest.World{Licenses: map[string]apptest.WorldLicense{}, Products: map[string]apptest.WorldProduct{}}
	for i := range rows {
		l := apptest.WorldLicense{Email: "same@example.com"}
		if i%2 == 0 {
			l.ExpiresIn = (time.Duration(i/4+1) * 24 * time.Hour).String()
		}
		for n := range i % 3 {
			l.ActivatedOn = append(l.ActivatedOn, fmt.Sprintf("d%d.example", n))
		}
		w.Licenses[fmt.Sprintf("l%d", i)] = l
		w.Releases = append(w.Releases, apptest.WorldRelease{Version: []string{"1.0", "1.0.0", "1.0-dev", "1.10", "1.9", "2.0RC1", "2.0"}[i]})
		if i > 0 {
			w.Products[fmt.Sprintf("product-%d", i)] = apptest.WorldProduct{Name: fmt.Sprintf("Product %d", i/2)}
		}
	}
	names := w.Build(t, s)
	for i := range rows {
		s.MustQuery(t, apptest.SecretKey, `mutation($product: ID!, $email: String!, $key: String!, $domain: String!, $site: String!) {
			createPolicy(input: {productId: $product, name: "Policy"}) { policy { id } }
			createCustomer(input: {email: $email}) { customer { id } }
			activateLicense(input: {licenseKey: $key, domain: $domain}) { created }
			registerSite(input: {siteUrl: $site}) { siteId }
			createApiKey(input: {name: "key", kind: PUBLISHABLE}) { token }
		}`, map[string]any{
			"product": names["my-cool-plugin_id"], "email": fmt.Sprintf("c%d@example.com", i), "key": names["l0"],
			"domain": fmt.Sprintf("many-%d.example", i), "site": fmt.Sprintf("https://s%d.example", i),
		}, nil)
	}
	var first struct {
		Sites struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	s.MustQuery(t, apptest.SecretKey, `{ sites(first: 1) { edges { node { id } } } }`, nil, &first)
	for range rows {
		s.MustQuery(t, apptest.SecretKey, `mutation($id: ID!) { createSiteAction(input: {siteId: $id, type: CUSTOM}) { action { id } } }`,
			map[string]any{"id": first.Sites.Edges[0].Node.ID}, nil)
	}
}
