package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/licethq/licet/graph"
	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/account"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/ratelimit"
)

// TestErrorCodesAreTheTable compares the SDL's enum with the error table.
func TestErrorCodesAreTheTable(t *testing.T) {
	t.Parallel()
	var written, table []string
	for _, v := range schema(t).Types["ErrorCode"].EnumValues {
		written = append(written, v.Name)
	}
	for _, r := range fault.Table {
		table = append(table, string(r.Code))
	}
	slices.Sort(written)
	slices.Sort(table)
	if !slices.Equal(written, table) {
		t.Errorf("the SDL has %v, the table %v", written, table)
	}
}

// failing is a root whose viewer fails as it is told.
type failing struct {
	gen.ResolverRoot
	fail func() error
}

func (f failing) Query() gen.QueryResolver { return failingQuery{fail: f.fail} }

type failingQuery struct {
	gen.QueryResolver
	fail func() error
}

func (q failingQuery) Viewer(context.Context) (*account.Viewer, error) { return nil, q.fail() }

// askViewer asks a server whose domain fails.
func askViewer(t *testing.T, fail func() error) map[string]any {
	t.Helper()
	anyone := func(context.Context, string) (auth.Principal, error) {
		return auth.Principal{Kind: auth.KindKey, AccountID: "acc_1", PerMinute: 100}, nil
	}
	server := httptest.NewServer(graph.NewHandler(failing{fail: fail}, anyone, ratelimit.New(true, time.Now)))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/graphql?query={viewer{plan}}", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Api-Key", "any")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var out struct{ Errors []map[string]any }
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || len(out.Errors) != 1 {
		t.Fatalf("%v %v", err, out)
	}
	return out.Errors[0]
}

// TestEveryFaultReachesTheCaller sends each row of the error table through
// GraphQL.
func TestEveryFaultReachesTheCaller(t *testing.T) {
	t.Parallel()
	for _, row := range fault.Table {
		f := fault.New(row.Code)
		f.Field, f.RetryAfter = "someField", 1500*time.Millisecond
		got := askViewer(t, func() error { return f })
		ext := got["extensions"].(map[string]any)
		if got["message"] != row.Message || ext["code"] != string(row.Code) || ext["field"] != "someField" || ext["retryAfter"] != float64(2) {
			t.Errorf("%s arrives as %v", row.Code, got)
		}
	}
}

// TestDefectsAreNotShown fails in ways that only the log may tell.
func TestDefectsAreNotShown(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"an unknown error": func() error { return errors.New("pq: secret table") },
		"a wrapped cause":  func() error { return fault.Wrap(fault.Unavailable, errors.New("dial secret host")) },
		"a panic":          func() error { panic("secret state") },
	} {
		got := askViewer(t, fail)
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		code := got["extensions"].(map[string]any)["code"]
		if strings.Contains(string(text), "secret") || (code != "INTERNAL" && code != "UNAVAILABLE") {
			t.Errorf("%s is shown as %s", name, text)
		}
	}
}
