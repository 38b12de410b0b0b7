package auth

import (
	"context"
	"net/http"
	"strings"

	"github.com/licethq/licet/internal/fault"
)

// Authenticate turns an API key into its principal. UNAUTHENTICATED when the
// key is unknown, expired or revoked.
type Authenticate func(ctx context.Context, token string) (Principal, error)

// Middleware puts the principal of the request's API key into the context, or
// answers through refuse.
func Middleware(authenticate Authenticate, refuse func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token := Token(r)
			if token == "" {
				refuse(w, r, fault.New(fault.Unauthenticated))
				return
			}
			p, err := authenticate(r.Context(), token)
			if err != nil {
				refuse(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(With(r.Context(), p)))
		})
	}
}

// Token returns the API key of a request from 'Authorization: Bearer' or
// 'X-Api-Key', or "" if there is none. Keys in the query string are not read:
// they would leak into logs.
func Token(r *http.Request) string {
	if scheme, token, ok := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return strings.TrimSpace(r.Header.Get("X-Api-Key"))
}
