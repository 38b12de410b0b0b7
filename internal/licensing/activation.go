package licensing

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/activation"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/store"
)

// ActivationFilter narrows a list of activations; zero fields do not.
type ActivationFilter struct {
	LicenseID   string
	Active      *bool
	Domain      string
	Fingerprint string
}

// Activations returns the activations of the caller's licenses. Needs
// licenses:read. INPUT_INVALID for a domain that cannot be one.
func (s *Service) Activations(ctx context.Context, f *ActivationFilter) (*db.ActivationQuery, error) {
	p, err := auth.RequireAccount(ctx, auth.LicensesRead)
	if err != nil {
		return nil, err
	}
	q := s.store.DB(ctx).Activation.Query().Where(activation.AccountID(p.AccountID), activation.Test(p.Test))
	if f == nil {
		return q, nil
	}
	pl, err := newPlace(f.Domain, f.Fingerprint)
	if err != nil {
		return nil, err
	}
	if f.LicenseID != "" {
		q.Where(activation.LicenseID(f.LicenseID))
	}
	if f.Active != nil && *f.Active {
		q.Where(activation.RemovedAtIsNil())
	}
	if f.Active != nil && !*f.Active {
		q.Where(activation.RemovedAtNotNil())
	}
	if pl.domainKey != "" {
		q.Where(activation.DomainKey(pl.domainKey))
	}
	if pl.fingerprint != "" {
		q.Where(activation.Fingerprint(pl.fingerprint))
	}
	return q, nil
}

// Activation returns one activation of the caller's licenses, or nil. Needs
// licenses:read.
func (s *Service) Activation(ctx context.Context, id string) (*db.Activation, error) {
	q, err := s.Activations(ctx, nil)
	if err != nil {
		return nil, err
	}
	return store.First(q.Where(activation.ID(id)).Only(ctx))
}
