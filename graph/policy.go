package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/licensing"
)

func (r query) Policies(ctx context.Context, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.LicensePolicyOrder, filter *licensing.PolicyFilter) (*db.LicensePolicyConnection, error) {
	q, err := r.services.Licensing.Policies(ctx, filter)
	if err != nil {
		return nil, err
	}
	return q.Paginate(ctx, after, first, before, last, db.WithLicensePolicyOrder(orderBy))
}

func (r mutation) CreatePolicy(ctx context.Context, input licensing.CreatePolicyInput) (*gen.PolicyPayload, error) {
	p, err := r.services.Licensing.CreatePolicy(ctx, input)
	if err != nil {
		return nil, err
	}
	return &gen.PolicyPayload{Policy: p}, nil
}

type policy struct{}

// Policy returns the resolvers of a policy's edges.
func (r *Resolver) Policy() gen.PolicyResolver { return policy{} }

func (policy) Product(ctx context.Context, p *db.LicensePolicy) (*db.Product, error) {
	return need(ctx, auth.ProductsRead, p.Product)
}
