// Package licenseserver speaks the public REST API of License Server, a
// WordPress plugin. README.md holds its contract and where licet departs from
// it.
package licenseserver

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/ratelimit"
	"github.com/licethq/licet/internal/request"
	"github.com/licethq/licet/rest/wire"
)

// namespaces are the two names that the product's documentation uses.
var namespaces = []string{"/wp-json/license-server/v1", "/wp-json/license-server-for-woocommerce/v1"}

// Files opens a file by the handle that the download resolver returns.
type Files interface {
	Open(ctx context.Context, id string) (*os.File, error)
}

type server struct {
	resolvers gen.ResolverRoot
	files     Files
	limiter   *ratelimit.Limiter
	log       *slog.Logger
	publicURL string // without a slash at its end
	answers   bool   // /check answers when the trouble is ours, instead of dropping the connection
	namespace string // the one the client called, so that it stays there
}

// call serves one route. It answers by itself, or not at all and returns an
// error.
type call func(w http.ResponseWriter, r *http.Request) error

// Mount puts the dialect on the mux, under both names.
func Mount(mux *http.ServeMux, resolvers gen.ResolverRoot, files Files, limiter *ratelimit.Limiter, publicURL string, answers bool, log *slog.Logger) {
	for _, namespace := range namespaces {
		s := &server{resolvers, files, limiter, log, strings.TrimSuffix(publicURL, "/"), answers, namespace}
		s.mount(mux)
	}
	// WordPress answers a wrong method as it does a wrong address.
	mux.HandleFunc("/wp-json", noRoute)
	mux.HandleFunc("/wp-json/", noRoute)
}

// mount puts one namespace on the mux. The limits are the documented requests a
// minute; deactivation, which is ours, has activation's. GET includes HEAD.
func (s *server) mount(mux *http.ServeMux) {
	for _, route := range []struct {
		method, path string
		limit        int
		call         call
	}{
		{"POST", "/activate", 10, s.activate},
		{"GET", "/check", 60, s.check},
		{"POST", "/check", 60, s.check},
		{"POST", "/deactivate", 10, s.deactivate},
		{"GET", "/update-check/{slug}/{license_key}", 60, s.updateCheck},
		{"GET", "/update-check/{slug}", 60, s.updateCheck}, // a plugin that has no key yet
		{"GET", "/download/{slug}/{license_key}", 60, s.download},
	} {
		endpoint := strings.Split(route.path, "/")[1]
		pattern := route.method + " " + s.namespace + route.path
		mux.HandleFunc(pattern, s.serve(endpoint, route.limit, route.call))
		mux.HandleFunc(pattern+"/{$}", s.serve(endpoint, route.limit, route.call))
	}
}

// serve counts the request before it looks at anything else, by endpoint and
// address and for both namespaces together. The caller is the public principal:
// the license key is the capability.
func (s *server) serve(endpoint string, limit int, c call) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := auth.With(r.Context(), auth.Public())
		bucket := endpoint + ":" + ratelimit.AddressBucket(request.From(ctx).Address)
		err := wire.RateLimited(s.limiter.Take(ctx, bucket, limit))
		if err == nil {
			err = wire.Try(func() error { return c(w, r.WithContext(ctx)) })
		}
		if err != nil {
			s.refuse(w, r, err)
		}
	}
}

func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if p := (*paramError)(nil); errors.As(err, &p) {
		wire.Encode(w, http.StatusBadRequest, newParamBody(r.Context(), p))
		return
	}
	f := told(err)
	wire.Log(r.Context(), s.log, f)
	wire.Refuse(w, f, newErrorBody(r.Context(), f))
}

// told returns what callers are told of an error. That the public principal
// lacks a scope is our mistake, and no reason to ask the holder of a license for
// credentials.
func told(err error) *fault.Error {
	f := fault.From(err)
	if f.Code == fault.Unauthenticated || f.Code == fault.Forbidden {
		return fault.Wrap(fault.Internal, f)
	}
	return f
}

func noRoute(w http.ResponseWriter, r *http.Request) {
	wire.Encode(w, http.StatusNotFound, errorBody{
		Code: "rest_no_route", Message: "No route was found matching the URL and request method.",
		Data:    errorData{Status: http.StatusNotFound, RequestID: request.From(r.Context()).ID},
		License: unknown,
	})
}

// logHost writes down which site asks for an update of a known product, as the
// documented parameter 'host' says. It is a claim, and nothing depends on it.
func (s *server) logHost(r *http.Request, slug string) {
	if host := r.URL.Query().Get("host"); host != "" {
		s.log.InfoContext(r.Context(), "a site asks for an update", "slug", slug, "host", host[:min(len(host), 255)])
	}
}
