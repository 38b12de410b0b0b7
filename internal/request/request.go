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
