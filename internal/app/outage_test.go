package app_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/config"
)

// cable connects to a database, and can be cut.
type cable struct {
	listener net.Listener
	target   string
	mu       sync.Mutex
	cut      bool
	conns    []net.Conn
}

func newCable(t *testing.T, target string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: l, target: target}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.connect(conn)
		}
	}()
	return c
}

func (c *cable) connect(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	far, err := net.Dial("tcp", c.target)
	if err != nil || c.cut {
		_ = conn.Close()
		return
	}
	c.conns = append(c.conns, conn, far)
	go func() { _, _ = io.Copy(far, conn); _ = far.Close() }()
	go func() { _, _ = io.Copy(conn, far); _ = conn.Close() }()
}

// set cuts the cable or mends it.
func (c *cable) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	c.conns = nil
}

// TestDatabaseAway cuts the server off from PostgreSQL: every surface says so
// in its own way, nothing is shown of the cause, and all is well again when the
// database is back, without a restart.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	var wire *cable
	s := apptest.Start(t, "postgres", func(c *config.Config) {
		u, err := url.Parse(c.DatabaseURL)
		if err != nil {
			t.Fatal(err)
		}
		wire = newCable(t, u.Host)
		u.Host = wire.listener.Addr().String()
		c.DatabaseURL = u.String()
	})
	names := apptest.World{Licenses: map[string]apptest.WorldLicense{"key": {}}}.Build(t, s)
	pk := s.Key(t, "publishable")
	get := func(method, path, body string) *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Api-Key", pk)
		return r
	}
	check := "/wp-json/license-server/v1/check?slug=my-cool-plugin&license_key=" + names["key"]

	wire.set(true)
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", "/graphql", `{"query":"{viewer{plan}}"}`, "UNAVAILABLE"},
		{"POST", "/api/v1/licenses/validate", `{"license_key":"` + names["key"] + `"}`, "unavailable"},
		{"POST", "/wp-json/license-server/v1/activate", `{"license_key":"` + names["key"] + `","slug":"my-cool-plugin","domain":"a.example"}`, "unavailable"},
		{"GET", "/readyz", "", "does not answer"},
	} {
		answer := s.Do(t, get(c.method, c.path, c.body))
		if answer.Status != http.StatusServiceUnavailable || !strings.Contains(string(answer.Body), c.want) || strings.Contains(string(answer.Body), "127.0.0.1") {
			t.Errorf("%s: %d %s", c.path, answer.Status, answer.Body)
		}
		if c.path != "/readyz" && answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", c.path)
		}
	}
	// The known client takes any HTTP answer but success for 'inactive', and a
	// dropped connection for 'still valid'.
	if resp, err := http.DefaultClient.Do(get("GET", check, "")); err == nil {
		_ = resp.Body.Close()
		t.Errorf("/check answers %d instead of closing the connection", resp.StatusCode)
	}
	if answer := s.Do(t, get("GET", "/healthz", "")); answer.Status != http.StatusOK {
		t.Errorf("/healthz: %d", answer.Status)
	}

	answering := apptest.Start(t, "sqlite", func(c *config.Config) { c.CheckOutage = "answer" })
	if err := answering.App.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, answering.URL+"/wp-json/license-server/v1/check?slug=my-cool-plugin&license_key=KEY", nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer := answering.Do(t, r); answer.Status < 500 {
		t.Errorf("/check set to answer: %d", answer.Status)
	}

	wire.set(false)
	if answer := s.Do(t, get("GET", check, "")); answer.Status != http.StatusOK {
		t.Errorf("after the outage /check answers %d %s", answer.Status, answer.Body)
	}
}
