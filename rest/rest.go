// Package rest puts the foreign REST APIs that licet speaks on one mux. Each
// dialect is a folder with a README of its contract; all call the resolvers that
// GraphQL calls.
package rest

import (
	_ "embed"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"regexp"

	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/ratelimit"
	"github.com/licethq/licet/rest/licenseserver"
	"github.com/licethq/licet/rest/proxgate"
)

// OpenAPI is the description of every dialect, in OpenAPI 3.0.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Deps are what the dialects stand on.
type Deps struct {
	Resolvers    gen.ResolverRoot
	Files        licenseserver.Files // opens what the download resolver allows
	Authenticate auth.Authenticate
	Limiter      *ratelimit.Limiter // the one that GraphQL uses, too
	PublicURL    string             // where clients reach this server
	CheckAnswers bool               // License Server's /check answers when the trouble is ours
	Log          *slog.Logger
}

// Mount puts every dialect on the mux, and their description at /openapi.yaml.
// The request's id and the client's address must be in its context, see package
// request. Wrap the mux in [Lenient].
func Mount(mux *http.ServeMux, d Deps) {
	proxgate.Mount(mux, d.Resolvers, d.Authenticate, d.Limiter, d.Log)
	licenseserver.Mount(mux, d.Resolvers, d.Files, d.Limiter, d.PublicURL, d.CheckAnswers, d.Log)
	mux.HandleFunc("GET /openapi.yaml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(OpenAPI)
	})
}

var slashes = regexp.MustCompile(`//+`)

// Lenient takes two spellings of an address as WordPress does, before the mux
// sees them. Several slashes count as one, as a site's URL with a slash at its
// end makes them: the mux would redirect, and a redirected POST arrives as GET.
// And /?rest_route=/license-server/v1/check stands for
// /wp-json/license-server/v1/check, which is how WordPress is called where URLs
// are not rewritten. All else passes as it is.
func Lenient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address := slashes.ReplaceAllString(r.URL.EscapedPath(), "/")
		if address == "/" || address == "/index.php" {
			if route := r.URL.Query().Get("rest_route"); route != "" {
				address = (&url.URL{Path: "/wp-json" + path.Clean("/"+route)}).EscapedPath()
			}
		}
		if address != r.URL.EscapedPath() {
			r = withPath(r, address)
		}
		next.ServeHTTP(w, r)
	})
}

// withPath returns the request with another, escaped path.
func withPath(r *http.Request, escaped string) *http.Request {
	u := *r.URL
	u.RawPath = escaped
	u.Path, _ = url.PathUnescape(escaped) // net/url escaped it: this cannot fail
	out := *r
	out.URL = &u
	return &out
}
