// Package request carries what the HTTP layer knows about a request down to
// the log, the events and the error bodies.
package request

import (
	"context"
	"net/netip"
)

// Info is what is known of a request. The zero value stands for the command line.
type Info struct {
	ID      string     // quoted in logs and in answers to errors
	Address netip.Addr // the client's, behind trusted proxies
	Route   *Route     // which route the request took, for the log; nil on the command line
}

// Route is the pattern of a route. It is known only when the request is done.
type Route struct{ pattern string }

// Store sets the pattern; on a nil Route it does nothing.
func (r *Route) Store(pattern string) {
	if r != nil {
		r.pattern = pattern
	}
}

// Load returns the pattern, or "none" for an address that leads nowhere.
func (r *Route) Load() string {
	if r == nil || r.pattern == "" {
		return "none"
	}
	return r.pattern
}

type key struct{}

// With returns a context that carries the info.
func With(ctx context.Context, i Info) context.Context { return context.WithValue(ctx, key{}, i) }

// From returns the info in ctx, or the zero Info.
func From(ctx context.Context) Info {
	i, _ := ctx.Value(key{}).(Info)
	return i
}

// AddressText returns the client's address as text, or "" on the command line.
func AddressText(ctx context.Context) string {
	if a := From(ctx).Address; a.IsValid() {
		return a.String()
	}
	return ""
}
