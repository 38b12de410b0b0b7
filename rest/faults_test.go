package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/ratelimit"
	"github.com/licethq/licet/internal/site"
	"github.com/licethq/licet/internal/web"
	"github.com/licethq/licet/rest"
	"github.com/licethq/licet/rest/wire"
)

// failing are resolvers that fail as they are told.
type failing struct {
	gen.ResolverRoot
	fail func() error
}

func (f failing) Query() gen.QueryResolver { return failingQuery{fail: f.fail} }

func (f failing) Mutation() gen.MutationResolver { return failingMutation{fail: f.fail} }

type failingQuery struct {
	gen.QueryResolver
	fail func() error
}

func (q failingQuery) ValidateLicense(context.Context, licensing.ValidateLicenseInput) (*licensing.ValidateLicensePayload, error) {
	return nil, q.fail()
}

func (q failingQuery) UpdateCheck(context.Context, catalog.UpdateCheckInput) (*catalog.UpdateOffer, error) {
	return nil, q.fail()
}

func (q failingQuery) Download(context.Context, catalog.UpdateCheckInput) (*catalog.Download, error) {
	return &catalog.Download{FileID: "hidden-file"}, q.fail()
}

type failingMutation struct {
	gen.MutationResolver
	fail func() error
}

func (m failingMutation) ActivateLicense(context.Context, licensing.ActivateLicenseInput) (*licensing.ActivateLicensePayload, error) {
	return nil, m.fail()
}

func (m failingMutation) DeactivateLicense(context.Context, licensing.DeactivateLicenseInput) (*licensing.DeactivateLicensePayload, error) {
	return nil, m.fail()
}

func (m failingMutation) RegisterSite(context.Context, site.RegisterSiteInput) (*site.RegisterSitePayload, error) {
	return nil, m.fail()
}

func (m failingMutation) SiteHeartbeat(context.Context, site.SiteHeartbeatInput) (*site.SiteHeartbeatPayload, error) {
	return nil, m.fail()
}

func (m failingMutation) TakeSiteActions(context.Context, site.TakeSiteActionsInput) (*site.TakeSiteActionsPayload, error) {
	return nil, m.fail()
}

// failingFiles has no file that can be opened.
type failingFiles struct{ err error }

func (f failingFiles) Open(context.Context, string) (*os.File, error) { return nil, f.err }

// broken runs the dialects on a domain that fails.
func broken(t *testing.T, fail func() error, files error) *apptest.Server {
	t.Helper()
	minute := time.Now()
	mux := http.NewServeMux()
	rest.Mount(mux, rest.Deps{
		Resolvers: failing{fail: fail}, Files: failingFiles{files},
		Authenticate: func(context.Context, string) (auth.Principal, error) {
			return auth.Principal{Kind: auth.KindKey, AccountID: "acc_1", KeyID: "key_1", PerMinute: 100}, nil
		},
		Limiter: ratelimit.New(true, func() time.Time { minute = minute.Add(time.Minute); return minute }), // nobody is ever limited
		Log:     slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	listening := httptest.NewServer(web.Wrap(rest.Lenient(mux), nil))
	t.Cleanup(listening.Close)
	return &apptest.Server{URL: listening.URL}
}

// dialect is one of the APIs as its README describes it.
type dialect struct {
	readme string
	calls  []string
	body   string // fits every call
	code   string // where the code stands in an error body
	// told is the fault that the dialect makes of one.
	told func(fault.Code) fault.Code
	// dropped are the calls where a 5xx closes the connection.
	dropped string
}

var proxgate = dialect{
	readme: "proxgate/README.md",
	calls: []string{
		"POST /api/v1/licenses/activate", "POST /api/v1/licenses/validate", "POST /api/v1/licenses/deactivate",
		"POST /api/v1/wordpress/register", "POST /api/v1/wordpress/heartbeat", "POST /api/v1/wordpress/pending-actions",
	},
	body: `{"license_key":"KEY","domain":"example.com","site_url":"https://example.com","site_token":"token"}`,
	code: "error",
	told: func(c fault.Code) fault.Code { return c },
}

var licenseServer = dialect{
	readme: "licenseserver/README.md",
	calls: []string{
		"POST /wp-json/license-server/v1/activate", "GET /wp-json/license-server/v1/check", "POST /wp-json/license-server/v1/check",
		"POST /wp-json/license-server/v1/deactivate", "GET /wp-json/license-server/v1/update-check/my-cool-plugin/KEY",
		"GET /wp-json/license-server/v1/download/my-cool-plugin/KEY",
	},
	body: `{"license_key":"KEY","slug":"my-cool-plugin","domain":"example.com"}`,
	code: "code",
	// The public principal lacks a scope: that is no caller's fault.
	told: func(c fault.Code) fault.Code {
		if c == fault.Unauthenticated || c == fault.Forbidden {
			return fault.Internal
		}
		return c
	},
	dropped: "/check",
}

// call sends a request that is right in every way. The answer is nil when the
// connection was closed instead.
func (d dialect) call(t *testing.T, s *apptest.Server, do string) (*http.Request, *apptest.Response) {
	t.Helper()
	method, path, _ := strings.Cut(do, " ")
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(d.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Api-Key", "pk_live_any")
	resp, err := http.DefaultClient.Do(r)
	if errors.Is(err, io.EOF) {
		return r, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, &apptest.Response{Status: resp.StatusCode, Header: resp.Header, Body: body}
}

// documented reads the codes and their statuses from the README's table.
func (d dialect) documented(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(d.readme)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\d[\d, ]*) \| ([^|]+)`).FindAllStringSubmatch(string(text), -1) {
		for _, code := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(row[2], -1) {
			codes[code[1]] += row[1] + " "
		}
	}
	if len(codes) < 15 {
		t.Fatalf("%s documents only %v", d.readme, codes)
	}
	return codes
}

// checkFault calls every route of a dialect whose domain fails with a fault.
func (d dialect) checkFault(t *testing.T, openapi *apptest.OpenAPI, row fault.Row, documented map[string]string) {
	t.Helper()
	s := broken(t, func() error {
		f := fault.Wrap(row.Code, errors.New("hidden cause"))
		f.RetryAfter = 1500 * time.Millisecond
		return f
	}, nil)
	told := d.told(row.Code)
	status := wire.Status((&fault.Error{Code: told}).Kind())
	for _, do := range d.calls {
		r, answer := d.call(t, s, do)
		if status >= 500 && d.dropped != "" && strings.Contains(do, d.dropped) {
			if answer != nil {
				t.Errorf("%s: %s answers %d instead of closing the connection\n%s", row.Code, do, answer.Status, answer.Body)
			}
			continue
		}
		if answer == nil {
			t.Errorf("%s: %s closes the connection", row.Code, do)
			continue
		}
		if answer.Status != status {
			t.Errorf("%s: %s answers %d, expected %d\n%s", row.Code, do, answer.Status, status, answer.Body)
		}
		code, _ := answer.JSON(t)[d.code].(string)
		if code != strings.ToLower(string(told)) && !strings.Contains(documented[code], strconv.Itoa(status)) {
			t.Errorf("%s: %s says %q, which %s does not have for %d", row.Code, do, code, d.readme, status)
		}
		if message := answer.JSON(t)["message"]; message != fault.New(told).Message {
			t.Errorf("%s: %s says %q", row.Code, do, message)
		}
		if strings.Contains(string(answer.Body), "hidden") {
			t.Errorf("%s: %s shows the cause: %s", row.Code, do, answer.Body)
		}
		if wait := answer.Header.Get("Retry-After"); told == row.Code && wait != "2" {
			t.Errorf("%s: %s has Retry-After %q", row.Code, do, wait)
		}
		if challenge := answer.Header.Get("WWW-Authenticate"); (status == http.StatusUnauthorized) != (challenge == "Bearer") {
			t.Errorf("%s: %s has WWW-Authenticate %q", row.Code, do, challenge)
		}
		if status >= 500 {
			openapi.Check(t, r, answer)
		}
	}
}

// TestEveryFaultReachesTheCaller walks the error table through each call of each
// dialect: the status is its kind's, the code is the one in the README, nothing
// is shown of the cause.
func TestEveryFaultReachesTheCaller(t *testing.T) {
	for _, d := range []dialect{proxgate, licenseServer} {
		t.Run(d.readme, func(t *testing.T) {
			openapi, documented := apptest.NewOpenAPI(t), d.documented(t)
			for _, row := range fault.Table {
				d.checkFault(t, openapi, row, documented)
			}
		})
	}
}

// TestDefectsAreNotShown fails in ways that only the log may tell. Each call
// answers 500 in its dialect's words.
func TestDefectsAreNotShown(t *testing.T) {
	for name, fail := range map[string]func() error{
		"an unknown error": func() error { return errors.New("pq: hidden table") },
		"a panic":          func() error { panic("hidden state") },
		"a nil pointer":    func() error { var f *fault.Error; return errors.New(f.Message) },
	} {
		t.Run(name, func(t *testing.T) {
			openapi := apptest.NewOpenAPI(t)
			for _, d := range []dialect{proxgate, licenseServer} {
				s := broken(t, fail, nil)
				for _, do := range d.calls {
					r, answer := d.call(t, s, do)
					if d.dropped != "" && strings.Contains(do, d.dropped) {
						if answer != nil {
							t.Errorf("%s answers %d instead of closing the connection\n%s", do, answer.Status, answer.Body)
						}
						continue
					}
					if answer == nil || answer.Status != http.StatusInternalServerError {
						t.Errorf("%s answers %+v", do, answer)
						continue
					}
					var body map[string]any
					if err := json.Unmarshal(answer.Body, &body); err != nil || body["message"] != fault.New(fault.Internal).Message || strings.Contains(string(answer.Body), "hidden") {
						t.Errorf("%s answers %s", do, answer.Body)
					}
					openapi.Check(t, r, answer)
				}
			}
		})
	}
}

// TestDownloadOfALostFile opens files that are not there and such that cannot be
// read, of a release that is.
func TestDownloadOfALostFile(t *testing.T) {
	openapi := apptest.NewOpenAPI(t)
	for want, cause := range map[string]error{
		`404 "file_not_found"`:        fault.Wrap(fault.NotFound, errors.New("hidden path")),
		`500 "internal_server_error"`: errors.New("read hidden path: input/output error"),
		`503 "service_unavailable"`:   fault.Wrap(fault.Unavailable, errors.New("hidden host")),
	} {
		s := broken(t, func() error { return nil }, cause)
		r, answer := licenseServer.call(t, s, "GET /wp-json/license-server/v1/download/my-cool-plugin/KEY")
		code, err := json.Marshal(answer.JSON(t)["code"])
		if got := strconv.Itoa(answer.Status) + " " + string(code); got != want || err != nil {
			t.Errorf("%v: it answers %s, want %s", cause, got, want)
		}
		if strings.Contains(string(answer.Body), "hidden") {
			t.Errorf("it shows %s", answer.Body)
		}
		openapi.Check(t, r, answer)
	}
}
