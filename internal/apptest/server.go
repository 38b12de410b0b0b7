// Package apptest runs the whole of licet for tests of behavior: a real server
// on a real database, called as its users call it.
package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/licethq/licet/internal/app"
	"github.com/licethq/licet/internal/config"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/storetest"
)

// SecretKey is the first account's key on every test server.
const SecretKey = "sk_live_apptest0000000000000000"

// Server is a running licet with one account and no data.
type Server struct {
	URL   string
	App   *app.App
	Clock *Clock

	statements *counter
	keys       map[string]string // API keys by name, made when first used
}

func init() { app.StartLog(io.Discard, "error") }

// Start runs a server on an empty database of its own. Changes to the
// configuration come last.
func Start(t testing.TB, dialect string, change ...func(*config.Config)) *Server {
	t.Helper()
	c := config.Config{
		Addr: "127.0.0.1:8080", PublicURL: "https://licenses.example.com", DataDir: t.TempDir(), DatabaseURL: storetest.URL(t, dialect),
		BootstrapSecretKey: SecretKey, MasterKey: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", RateLimits: "on", CheckOutage: "drop", CORSOrigins: []string{"*"}, LogLevel: "error",
		TrustedProxies: []string{"127.0.0.0/8", "::1"},
	}
	for _, f := range change {
		f(&c)
	}
	s := &Server{Clock: &Clock{}, statements: &counter{}, keys: map[string]string{"secret": SecretKey}}
	var err error
	s.App, err = app.Open(context.Background(), c, store.Options{Now: s.Clock.Now, OnStatement: s.statements.add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.App.Close() })
	if _, err := s.App.Prepare(context.Background()); err != nil {
		t.Fatal(err)
	}
	handler, err := s.App.Handler()
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	s.URL = listening.URL
	return s
}

// Clock is a test server's time: the real one, moved by what was advanced.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now returns the server's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// Advance moves the server's time.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

type counter struct {
	mu   sync.Mutex
	seen []string
}

func (c *counter) add(query string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, query)
}

// Statements returns the SQL statements that do caused.
func (s *Server) Statements(do func()) []string {
	s.statements.mu.Lock()
	s.statements.seen = nil
	s.statements.mu.Unlock()
	do()
	s.statements.mu.Lock()
	defer s.statements.mu.Unlock()
	return append([]string(nil), s.statements.seen...)
}

// Key returns an API key by name, creating it when it is first asked for:
// secret, publishable, secret_test, publishable_test, other (another account's
// secret key), other_publishable, or a comma-separated list of scopes for a
// secret key with just these. "" is no key.
func (s *Server) Key(t testing.TB, name string) string {
	t.Helper()
	if name == "" || s.keys[name] != "" {
		return s.keys[name]
	}
	var err error
	switch name {
	case "other":
		s.keys[name], err = s.App.CreateAccount(context.Background(), "Another account", "ENTERPRISE")
		if err != nil {
			t.Fatal(err)
		}
	case "start", "pro": // other accounts' secret keys, by plan
		s.keys[name], err = s.App.CreateAccount(context.Background(), name, strings.ToUpper(name))
		if err != nil {
			t.Fatal(err)
		}
	case "publishable", "publishable_test":
		s.keys[name] = s.createKey(t, SecretKey, "PUBLISHABLE", strings.HasSuffix(name, "_test"), nil)
	case "other_publishable":
		s.keys[name] = s.createKey(t, s.Key(t, "other"), "PUBLISHABLE", false, nil)
	case "secret_test":
		s.keys[name] = s.createKey(t, SecretKey, "SECRET", true, slices.Clone(allScopes))
	default:
		s.keys[name] = s.createKey(t, SecretKey, "SECRET", false, strings.Split(name, ","))
	}
	return s.keys[name]
}

func (s *Server) createKey(t testing.TB, by, kind string, test bool, scopes []string) string {
	t.Helper()
	input := map[string]any{"name": "key", "kind": kind, "test": test}
	if scopes != nil {
		for i, scope := range scopes {
			scopes[i] = strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(scope), ":", "_"))
		}
		input["scopes"] = scopes
	}
	var out struct{ CreateApiKey struct{ Token string } }
	s.MustQuery(t, by, `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { token } }`, map[string]any{"input": input}, &out)
	return out.CreateApiKey.Token
}

var allScopes = []string{
	"licenses:activate", "licenses:validate", "licenses:deactivate", "sites:connect", "updates:read",
	"licenses:read", "licenses:write", "licenses:reveal", "products:read", "products:write", "releases:write",
	"sites:read", "sites:write", "keys:manage", "events:read",
}

// Response is an answer, read whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON decodes the body.
func (r *Response) JSON(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(r.Body, &v); err != nil {
		t.Fatalf("status %d, not a JSON object: %v\n%s", r.Status, err, r.Body)
	}
	return v
}

// Do sends a request. Redirects are not followed.
func (s *Server) Do(t testing.TB, r *http.Request) *Response {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &Response{Status: resp.StatusCode, Header: resp.Header, Body: body}
}

// Query sends a GraphQL request with an API key.
func (s *Server) Query(t testing.TB, key, query string, variables map[string]any) *Response {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	return s.Do(t, r)
}

// MustQuery sends a GraphQL request that must succeed, and decodes its data.
func (s *Server) MustQuery(t testing.TB, key, query string, variables map[string]any, out any) {
	t.Helper()
	r := s.Query(t, key, query, variables)
	answer := struct {
		Data   json.RawMessage
		Errors json.RawMessage
	}{}
	if err := json.Unmarshal(r.Body, &answer); err != nil || r.Status != http.StatusOK || answer.Errors != nil {
		t.Fatalf("status %d: %s", r.Status, r.Body)
	}
	if out != nil {
		if err := json.Unmarshal(answer.Data, out); err != nil {
			t.Fatalf("%v: %s", err, answer.Data)
		}
	}
}
