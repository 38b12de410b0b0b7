// Package graph serves schema.graphql. Its resolvers translate GraphQL onto
// domain methods and back; every rule lives below them, because the REST
// dialects call the same resolvers without a GraphQL operation around.
package graph

import (
	"context"

	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/account"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/site"
)

// Services are the domain behind the resolvers.
type Services struct {
	Accounts  *account.Service
	Licensing *licensing.Service
	Catalog   *catalog.Service
	Sites     *site.Service
	Events    *event.Service
}

// Resolver is the root of all resolvers.
type Resolver struct{ services Services }

// NewResolver returns the resolvers of the given services.
func NewResolver(s Services) *Resolver { return &Resolver{services: s} }

var _ gen.ResolverRoot = (*Resolver)(nil)

type (
	query    struct{ *Resolver }
	mutation struct{ *Resolver }
)

// Query returns the resolvers of the type Query.
func (r *Resolver) Query() gen.QueryResolver { return query{r} }

// Mutation returns the resolvers of the type Mutation.
func (r *Resolver) Mutation() gen.MutationResolver { return mutation{r} }

// need loads an edge for callers that hold the scope which reads its target.
func need[T any](ctx context.Context, scope auth.Scope, load func(context.Context) (T, error)) (T, error) {
	if _, err := auth.Require(ctx, scope); err != nil {
		var zero T
		return zero, err
	}
	return load(ctx)
}

// value returns what an optional input holds, or its zero value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
