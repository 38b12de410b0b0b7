package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/jsonobject"
	"github.com/licethq/licet/internal/ratelimit"
)

const (
	// maxBody bounds a request without files.
	maxBody = 256 << 10
	// maxUpload bounds a multipart request: a zip and its wrapping.
	maxUpload = catalog.MaxArchive + maxBody
)

// NewHandler serves GraphQL to callers with an API key: queries by GET, queries
// and mutations by POST with a JSON body, and files by multipart POST.
func NewHandler(r gen.ResolverRoot, authenticate auth.Authenticate, limiter *ratelimit.Limiter) http.Handler {
	s := handler.New(gen.NewExecutableSchema(gen.Config{Resolvers: r}))
	s.AddTransport(transport.GET{})
	s.AddTransport(transport.POST{})
	s.AddTransport(uploads{})
	s.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	s.Use(extension.Introspection{})
	s.Use(pages{})
	s.AroundFields(markDefects)
	s.SetErrorPresenter(present)
	s.SetRecoverFunc(recovered)

	guarded := auth.Middleware(authenticate, refuse)(limit(limiter, checkBody(s)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.Method != http.MethodGet && r.Method != http.MethodPost {
			w.Header().Set("Allow", "GET, POST")
			answer(w, r, http.StatusMethodNotAllowed, fault.Newf(fault.InputInvalid, "Use GET for queries or POST."))
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// limit counts a request in the bucket of its API key, which the ProxGate
// dialect shares.
func limit(limiter *ratelimit.Limiter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, _ := auth.From(r.Context())
		taken := limiter.Take(r.Context(), ratelimit.KeyBucket(p.KeyID), p.PerMinute)
		taken.SetHeaders(w.Header())
		if !taken.Allowed {
			refuse(w, r, fault.Limited(taken.Reset))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// checkBody refuses what gqlgen would take in too large, or echo.
func checkBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			checkQuery(next, w, r)
			return
		}
		mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		switch mediaType {
		case "multipart/form-data":
			checkUpload(next, w, r)
		case "application/json":
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
			var tooLarge *http.MaxBytesError
			switch {
			case errors.As(err, &tooLarge):
				answer(w, r, http.StatusRequestEntityTooLarge, fault.Newf(fault.TooLarge, "The request is larger than %d KiB.", maxBody>>10))
				return
			case err != nil || decodeBody(body, &graphql.RawParams{}) != nil:
				// gqlgen would repeat the body in its error, license keys and all.
				answer(w, r, http.StatusBadRequest, fault.Newf(fault.InputInvalid, "The body must be a JSON object with 'query' and, if needed, 'variables' and 'operationName'."))
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(w, r)
		default:
			answer(w, r, http.StatusUnsupportedMediaType, fault.Newf(fault.InputInvalid, "Send JSON with 'Content-Type: application/json', or a file as multipart/form-data."))
		}
	})
}

// checkQuery lets only queries come by GET, which a browser sends unasked.
func checkQuery(next http.Handler, w http.ResponseWriter, r *http.Request) {
	args := r.URL.Query()
	for _, name := range []string{"variables", "extensions"} {
		if text := args.Get(name); text != "" && decodeBody([]byte(text), &map[string]any{}) != nil {
			answer(w, r, http.StatusBadRequest, fault.Invalid(name, "'%s' must be a JSON object.", name))
			return
		}
	}
	// What does not parse is gqlgen's to explain.
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: args.Get("query")}, maxBody)
	if err == nil {
		if operation := document.Operations.ForName(args.Get("operationName")); operation != nil && operation.Operation != ast.Query {
			w.Header().Set("Allow", "POST")
			answer(w, r, http.StatusMethodNotAllowed, fault.Newf(fault.InputInvalid, "Send mutations by POST; GET is for queries."))
			return
		}
	}
	next.ServeHTTP(w, r)
}

// decodeBody decodes one JSON object, with its numbers as they are written.
func decodeBody(body []byte, into any) error {
	if _, err := jsonobject.Fields(body); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return dec.Decode(into)
}

// PreflightHeaders are what a multipart request needs one of. They are sent by
// no HTML form: a browser asks before it sends one of these from another site.
var PreflightHeaders = []string{"GraphQL-Require-Preflight", "Apollo-Require-Preflight", "X-Apollo-Operation-Name", "GraphQL-Preflight", "X-Requested-With"}

func checkUpload(next http.Handler, w http.ResponseWriter, r *http.Request) {
	forced := false
	for _, name := range PreflightHeaders {
		forced = forced || r.Header.Get(name) != ""
	}
	switch {
	case !forced:
		answer(w, r, http.StatusBadRequest, fault.Newf(fault.InputMissing, "A multipart request needs the header '%s: 1'.", PreflightHeaders[0]))
	case r.ContentLength < 0:
		answer(w, r, http.StatusLengthRequired, fault.Newf(fault.InputMissing, "A multipart request needs a Content-Length."))
	case r.ContentLength > maxUpload:
		answer(w, r, http.StatusRequestEntityTooLarge, fault.Newf(fault.TooLarge, "The request is larger than %d MiB.", maxUpload>>20))
	default:
		next.ServeHTTP(w, r)
	}
}

// refuse answers a request that is not executed at all.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	switch f := fault.From(err); f.Kind() {
	case fault.KindUnauthenticated:
		status = http.StatusUnauthorized
		w.Header().Set("WWW-Authenticate", `Bearer realm="licet"`)
	case fault.KindRateLimited:
		status = http.StatusTooManyRequests
	case fault.KindUnavailable:
		status = http.StatusServiceUnavailable
	}
	answer(w, r, status, err)
}

func answer(w http.ResponseWriter, r *http.Request, status int, err error) {
	shown := present(graphql.WithResponseContext(r.Context(), present, recovered), err)
	if seconds, ok := shown.Extensions["retryAfter"].(int); ok {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// The client may be gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{shown}})
}
