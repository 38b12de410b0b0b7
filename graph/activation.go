package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/internal/licensing"
)

func (r query) Activations(ctx context.Context, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.ActivationOrder, filter *licensing.ActivationFilter) (*db.ActivationConnection, error) {
	q, err := r.services.Licensing.Activations(ctx, filter)
	if err != nil {
		return nil, err
	}
	return q.Paginate(ctx, after, first, before, last, db.WithActivationOrder(orderBy))
}

func (r mutation) ActivateLicense(ctx context.Context, input licensing.ActivateLicenseInput) (*licensing.ActivateLicensePayload, error) {
	return r.services.Licensing.ActivateLicense(ctx, input)
}

func (r mutation) DeactivateLicense(ctx context.Context, input licensing.DeactivateLicenseInput) (*licensing.DeactivateLicensePayload, error) {
	return r.services.Licensing.DeactivateLicense(ctx, input)
}
