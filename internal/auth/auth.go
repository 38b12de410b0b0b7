// Package auth says who is calling and what they may do. It knows no database:
// the account package turns API keys into principals.
package auth

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/licethq/licet/internal/fault"
)

// Scope is one permission, written resource:action.
type Scope string

// Public scopes may be held by publishable keys, which anyone can read out of
// a shipped plugin.
const (
	LicensesActivate   Scope = "licenses:activate"
	LicensesValidate   Scope = "licenses:validate"
	LicensesDeactivate Scope = "licenses:deactivate"
	SitesConnect       Scope = "sites:connect"
	UpdatesRead        Scope = "updates:read"
)

// Secret scopes are for secret keys only.
const (
	LicensesRead   Scope = "licenses:read"
	LicensesWrite  Scope = "licenses:write"
	LicensesReveal Scope = "licenses:reveal"
	ProductsRead   Scope = "products:read"
	ProductsWrite  Scope = "products:write"
	ReleasesWrite  Scope = "releases:write"
	SitesRead      Scope = "sites:read"
	SitesWrite     Scope = "sites:write"
	KeysManage     Scope = "keys:manage"
	EventsRead     Scope = "events:read"
)

// PublicScopes and SecretScopes list every scope there is.
var (
	PublicScopes = []Scope{LicensesActivate, LicensesValidate, LicensesDeactivate, SitesConnect, UpdatesRead}
	SecretScopes = []Scope{LicensesRead, LicensesWrite, LicensesReveal, ProductsRead, ProductsWrite, ReleasesWrite, SitesRead, SitesWrite, KeysManage, EventsRead}
	AllScopes    = slices.Concat(PublicScopes, SecretScopes)
)

// Public reports whether a publishable key may hold the scope.
func (s Scope) Public() bool { return slices.Contains(PublicScopes, s) }

// Valid reports whether the scope is a known one.
func (s Scope) Valid() bool { return slices.Contains(AllScopes, s) }

// MarshalGQL writes the scope as the SDL's enum spells it: LICENSES_READ.
func (s Scope) MarshalGQL(w io.Writer) {
	_, _ = io.WriteString(w, strconv.Quote(strings.ToUpper(strings.ReplaceAll(string(s), ":", "_"))))
}

// UnmarshalGQL reads the SDL's spelling.
func (s *Scope) UnmarshalGQL(v any) error {
	name, _ := v.(string)
	*s = Scope(strings.ToLower(strings.Replace(name, "_", ":", 1)))
	if !s.Valid() {
		return fmt.Errorf("%q is not a Scope", name)
	}
	return nil
}

// Kind says what sort of caller a principal is.
type Kind string

const (
	// KindKey is a caller with an API key.
	KindKey Kind = "API_KEY"
	// KindPublic is a caller of an endpoint where the license key itself is
	// the capability. It belongs to no account: account and mode come from
	// the license key.
	KindPublic Kind = "PUBLIC"
	// KindOperator is a person at the command line of the server.
	KindOperator Kind = "OPERATOR"
)

// Principal is the authenticated caller.
type Principal struct {
	Kind      Kind
	AccountID string // empty for KindPublic only
	KeyID     string // the API key's id; empty unless KindKey
	Secret    bool   // a secret key or the operator; a publishable key proves nothing
	Test      bool   // sees test data only; otherwise live data only
	PerMinute int    // requests a minute the account's plan allows; 0 unless KindKey
	Scopes    []Scope
	ExpiresAt *time.Time // when the API key ends; nil for never
}

// Public returns the principal behind the endpoints that need no API key.
func Public() Principal {
	return Principal{Kind: KindPublic, Scopes: []Scope{LicensesActivate, LicensesValidate, LicensesDeactivate, UpdatesRead}}
}

// Operator returns the principal of the command line for one account and mode.
func Operator(accountID string, test bool) Principal {
	return Principal{Kind: KindOperator, AccountID: accountID, Secret: true, Test: test, Scopes: AllScopes}
}

// Keyless reports whether the license key is the caller's only capability: it
// then says which account and mode are meant. Everyone else sees one account's
// data of one mode.
func (p Principal) Keyless() bool { return p.Kind == KindPublic && p.AccountID == "" }

// Has reports whether the principal holds the scope.
func (p Principal) Has(s Scope) bool { return slices.Contains(p.Scopes, s) }

type principalKey struct{}

// With returns a context that carries the principal.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// From returns the principal in ctx and whether there is one.
func From(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok
}

// Authenticated returns the caller, whatever its scopes. UNAUTHENTICATED
// without a principal. It guards what any valid API key may read.
func Authenticated(ctx context.Context) (Principal, error) {
	p, ok := From(ctx)
	if !ok {
		return Principal{}, fault.New(fault.Unauthenticated)
	}
	return p, nil
}

// Require returns the caller if it holds at least one of the scopes.
// UNAUTHENTICATED without a principal, FORBIDDEN without a scope. It is the
// first line of every domain method.
func Require(ctx context.Context, anyOf ...Scope) (Principal, error) {
	p, err := Authenticated(ctx)
	if err != nil {
		return Principal{}, err
	}
	if slices.ContainsFunc(anyOf, p.Has) {
		return p, nil
	}
	names := make([]string, len(anyOf))
	for i, s := range anyOf {
		names[i] = string(s)
	}
	return Principal{}, fault.Newf(fault.Forbidden, "This call needs the scope %s.", strings.Join(names, " or "))
}

// RequireLive is RequireAccount for changes of what live and test mode share:
// a test key must not change what live customers get. FORBIDDEN for one.
func RequireLive(ctx context.Context, anyOf ...Scope) (Principal, error) {
	p, err := RequireAccount(ctx, anyOf...)
	if err == nil && p.Test {
		return Principal{}, fault.Newf(fault.Forbidden, "Live and test mode share products, policies and releases: use a live key to change them.")
	}
	return p, err
}

// RequireAccount is Require for calls that act on one account's own data: a
// caller that belongs to no account is refused with FORBIDDEN.
func RequireAccount(ctx context.Context, anyOf ...Scope) (Principal, error) {
	p, err := Require(ctx, anyOf...)
	if err == nil && p.AccountID == "" {
		return Principal{}, fault.New(fault.Forbidden)
	}
	return p, err
}
