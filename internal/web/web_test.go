package web_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/licethq/licet/internal/request"
	"github.com/licethq/licet/internal/web"
)

// TestClientAddress sends forwarding headers from trusted and other peers.
func TestClientAddress(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, c := range map[string]struct{ peer, forwarded, want string }{
		"no proxy":                         {"203.0.113.7:1", "", "203.0.113.7"},
		"a forged header":                  {"203.0.113.7:1", "198.51.100.1", "203.0.113.7"},
		"a trusted proxy":                  {"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		"a trusted proxy without a header": {"10.0.0.1:1", "", "10.0.0.1"},
		"a chain of trusted proxies":       {"10.0.0.1:1", "198.51.100.1, 10.0.0.2", "198.51.100.1"},
		"what stands left of it is forged": {"10.0.0.1:1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		"an address with a port":           {"10.0.0.1:1", "198.51.100.1:4711", "198.51.100.1"},
		"an IPv6 client":                   {"[fd00::1]:1", "2001:db8::5", "2001:db8::5"},
		"an IPv4 peer spelled as IPv6":     {"[::ffff:10.0.0.1]:1", "198.51.100.1", "198.51.100.1"},
		"nonsense keeps the nearest known": {"10.0.0.1:1", "unknown", "10.0.0.1"},
		"nonsense left of a client":        {"10.0.0.1:1", "unknown, 198.51.100.1", "198.51.100.1"},
		"all hops are trusted":             {"10.0.0.1:1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
		"a zone is no part of who it is":   {"10.0.0.1:1", "fe80::1%eth0", "fe80::1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			h := web.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = request.AddressText(r.Context()) }), trusted)
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.peer
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("the client is %s, expected %s", got, c.want)
			}
		})
	}
}

// TestPanicsAreAnswered panics in a handler: the caller gets a 500 that tells
// nothing, the log the rest.
func TestPanicsAreAnswered(t *testing.T) {
	t.Parallel()
	h := web.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret state") }), nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
			t.Error("an aborted request must stay aborted")
		}
	}()
	abort := web.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), nil)
	abort.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
}

// TestLogHoldsNoSecrets looks for a license key and an API key in the log line
// of requests that carry them.
func TestLogHoldsNoSecrets(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(web.NewLogger(&log, slog.LevelDebug))
	defer slog.SetDefault(before)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /wp-json/license-server/v1/download/{slug}/{license_key}", func(http.ResponseWriter, *http.Request) {})
	h := web.Wrap(web.NameRoute(mux), nil)
	for _, target := range []string{
		"/wp-json/license-server/v1/download/my-plugin/SECRET-KEY",
		"/wp-json/license-server-for-woocommerce/v1/update-check/my-plugin/SECRET-KEY/",
		"/?rest_route=/license-server/v1/download/my-plugin/SECRET-KEY",
		"/wp-json/license-server/v1//download//my-plugin//SECRET-KEY",
		"/wp-json/license-server/v1/check?license_key=SECRET-KEY",
		"/wp-json/license-server/v1/download/SECRET-KEY",
		"/wp-json/license-server/v1/download/SECRET-KEY/my-plugin",
		"/Update-Check/my-plugin/SECRET-KEY",
		"/SECRET-KEY",
	} {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header.Set("Authorization", "Bearer SECRET-KEY")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if strings.Contains(log.String(), "SECRET-KEY") {
		t.Errorf("the log holds a secret:\n%s", log.String())
	}
	if !strings.Contains(log.String(), `route="GET /wp-json/license-server/v1/download/{slug}/{license_key}"`) || !strings.Contains(log.String(), "route=none") {
		t.Errorf("the log does not name the routes:\n%s", log.String())
	}
	if strings.Count(log.String(), "request_id=") != 9 {
		t.Errorf("not every line has a request id:\n%s", log.String())
	}
}
