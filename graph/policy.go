package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/graph/gen"
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
	policy, err := r.services.Licensing.CreatePolicy(ctx, input)
	if err != nil {
		return nil, err
	}
	return &gen.PolicyPayload{Policy: policy}, nil
}
