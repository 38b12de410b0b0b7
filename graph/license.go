package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/licensing"
)

func (r query) License(ctx context.Context, id, key *string) (*db.License, error) {
	return r.services.Licensing.FindLicense(ctx, id, key)
}

func (r query) Licenses(ctx context.Context, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.LicenseOrder, filter *licensing.LicenseFilter) (*db.LicenseConnection, error) {
	q, err := r.services.Licensing.Licenses(ctx, filter)
	if err != nil {
		return nil, err
	}
	return q.Paginate(ctx, after, first, before, last, db.WithLicenseOrder(orderBy))
}

func (r query) ValidateLicense(ctx context.Context, input licensing.ValidateLicenseInput) (*licensing.ValidateLicensePayload, error) {
	return r.services.Licensing.ValidateLicense(ctx, input)
}

func (r mutation) IssueLicense(ctx context.Context, input licensing.IssueLicenseInput) (*licensing.IssueLicensePayload, error) {
	return r.services.Licensing.IssueLicense(ctx, input)
}

func (r mutation) SuspendLicense(ctx context.Context, input licensing.LicenseStatusInput) (*gen.LicensePayload, error) {
	return licensePayload(r.services.Licensing.SuspendLicense(ctx, input))
}

func (r mutation) ReinstateLicense(ctx context.Context, input licensing.LicenseStatusInput) (*gen.LicensePayload, error) {
	return licensePayload(r.services.Licensing.ReinstateLicense(ctx, input))
}

func (r mutation) RevokeLicense(ctx context.Context, input licensing.LicenseStatusInput) (*gen.LicensePayload, error) {
	return licensePayload(r.services.Licensing.RevokeLicense(ctx, input))
}

func (r mutation) RevealLicenseKey(ctx context.Context, id string) (*gen.RevealLicenseKeyPayload, error) {
	key, err := r.services.Licensing.RevealLicenseKey(ctx, id)
	if err != nil {
		return nil, err
	}
	return &gen.RevealLicenseKeyPayload{Key: key}, nil
}

func licensePayload(l *db.License, err error) (*gen.LicensePayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.LicensePayload{License: l}, nil
}

type license struct{ *Resolver }

// License returns the resolvers of those fields of License that need more than
// the row.
func (r *Resolver) License() gen.LicenseResolver { return license{r} }

func (r license) Standing(_ context.Context, l *db.License) (licensing.LicenseStanding, error) {
	return r.services.Licensing.Standing(l), nil
}

func (license) Product(ctx context.Context, l *db.License) (*db.Product, error) {
	return need(ctx, auth.ProductsRead, l.Product)
}

func (license) Policy(ctx context.Context, l *db.License) (*db.LicensePolicy, error) {
	return need(ctx, auth.ProductsRead, l.Policy)
}

func (license) Customer(ctx context.Context, l *db.License) (*db.Customer, error) {
	return need(ctx, auth.LicensesRead, l.Customer)
}

func (license) Activations(ctx context.Context, l *db.License, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.ActivationOrder) (*db.ActivationConnection, error) {
	return need(ctx, auth.LicensesRead, func(ctx context.Context) (*db.ActivationConnection, error) {
		return l.Activations(ctx, after, first, before, last, orderBy)
	})
}
