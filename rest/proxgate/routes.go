// Package proxgate speaks version 1 of ProxGate's REST API. README.md holds its
// contract and where licet departs from it.
package proxgate

import (
	"log/slog"
	"net/http"

	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/ratelimit"
	"github.com/licethq/licet/internal/request"
	"github.com/licethq/licet/rest/wire"
)

const base = "/api/v1"

type api struct {
	resolvers gen.ResolverRoot
	limiter   *ratelimit.Limiter
	log       *slog.Logger
}

// call serves one route. It answers by itself, or not at all and returns an
// error.
type call func(w http.ResponseWriter, r *http.Request, f *fields) error

// Mount puts the dialect on the mux. Every address below /api/v1 wants an API
// key first, the unknown ones too: without one, nothing is to be learned here.
func Mount(mux *http.ServeMux, resolvers gen.ResolverRoot, authenticate auth.Authenticate, limiter *ratelimit.Limiter, log *slog.Logger) {
	a := &api{resolvers: resolvers, limiter: limiter, log: log}
	authenticated := auth.Middleware(authenticate, a.refuse)
	handle := func(pattern string, h http.HandlerFunc) { mux.Handle(pattern, authenticated(a.limited(h))) }

	for path, c := range map[string]call{
		"/licenses/activate":         a.activate,
		"/licenses/validate":         a.validate,
		"/licenses/deactivate":       a.deactivate,
		"/wordpress/register":        a.register,
		"/wordpress/heartbeat":       a.heartbeat,
		"/wordpress/pending-actions": a.pendingActions,
	} {
		for _, pattern := range []string{base + path, base + path + "/{$}"} {
			handle("POST "+pattern, a.serve(c))
			handle(pattern, a.wrongMethod)
		}
	}
	handle(base, a.unknown)
	handle(base+"/", a.unknown)
}

// limited counts the request against its API key, whatever the surface, and
// tells every caller who has a key where it stands.
func (a *api) limited(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, _ := auth.From(r.Context())
		taken := a.limiter.Take(r.Context(), ratelimit.KeyBucket(p.KeyID), p.PerMinute)
		taken.SetHeaders(w.Header())
		if err := wire.RateLimited(taken); err != nil {
			a.refuse(w, r, err)
			return
		}
		next(w, r)
	})
}

// serve decodes the body whatever its Content-Type says: the API key's header
// already keeps browsers from sending it across origins without asking.
func (a *api) serve(c call) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := wire.Decode(w, r)
		if err == nil {
			err = wire.Try(func() error { return c(w, r, &fields{body: body}) })
		}
		if err != nil {
			a.refuse(w, r, err)
		}
	}
}

func (a *api) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	wire.Log(r.Context(), a.log, f)
	if f.Kind() == fault.KindUnauthenticated {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	wire.Refuse(w, f, newErrorBody(r.Context(), f))
}

func (a *api) unknown(w http.ResponseWriter, r *http.Request) {
	a.refuse(w, r, fault.Newf(fault.NotFound, "There is nothing at this address."))
}

func (a *api) wrongMethod(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", http.MethodPost)
	wire.Encode(w, http.StatusMethodNotAllowed, errorBody{
		Error: "method_not_allowed", Message: "This address takes POST only.", RequestID: request.From(r.Context()).ID,
	})
}
