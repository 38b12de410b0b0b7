// Package licensing holds what licet is for: policies, customers, licenses,
// their activations, and the one verdict behind every surface.
package licensing

import (
	"context"
	"time"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/license"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensekey"
	"github.com/licethq/licet/internal/secret"
	"github.com/licethq/licet/internal/store"
)

// Service issues, judges and activates licenses.
type Service struct {
	store  *store.Store
	keeper *secret.Keeper
}

// NewService returns the licensing service.
func NewService(s *store.Store, k *secret.Keeper) *Service { return &Service{store: s, keeper: k} }

// hashKey returns under what a license key is found.
func (s *Service) hashKey(key string) string {
	return s.keeper.Hash(secret.LicenseKey, licensekey.Fold(key))
}

// find returns the license with this key, its product and policy loaded, or
// nil. Errors as withKey. Three statements.
func (s *Service) find(ctx context.Context, p auth.Principal, key string) (*db.License, error) {
	q, err := s.withKey(ctx, p, key)
	if err != nil {
		return nil, err
	}
	return store.First(q.WithProduct().WithPolicy().Only(ctx))
}

// withKey looks for the license with this key. A caller with an account finds
// only that account's licenses of its mode; for a keyless one the license key is
// the capability. INPUT_MISSING and INPUT_INVALID when it cannot be a key.
func (s *Service) withKey(ctx context.Context, p auth.Principal, key string) (*db.LicenseQuery, error) {
	if key == "" {
		return nil, fault.Missing("licenseKey")
	}
	if err := licensekey.Check(key); err != nil {
		return nil, fault.Invalid("licenseKey", "'licenseKey' cannot be one: %s.", err)
	}
	q := s.store.DB(ctx).License.Query().Where(license.KeyHash(s.hashKey(key)))
	if !p.Keyless() {
		q.Where(license.AccountID(p.AccountID), license.Test(p.Test))
	}
	return q, nil
}

// LicenseState is what the holder of a license key may know about the license.
type LicenseState struct {
	ID              string
	ProductSlug     string
	Standing        LicenseStanding
	ActivationLimit *int
	ActivationsUsed int
	ExpiresAt       *time.Time
}

func newLicenseState(l *db.License, now time.Time) *LicenseState {
	return &LicenseState{
		ID: l.ID, ProductSlug: l.Edges.Product.Slug, Standing: standing(l, now),
		ActivationLimit: l.ActivationLimit, ActivationsUsed: l.ActivationsUsed, ExpiresAt: l.ExpiresAt,
	}
}

// ActivationReceipt is what the holder of a license key may know about one of
// its activations.
type ActivationReceipt struct {
	ID          string
	Domain      string
	Fingerprint string
	DeviceName  string
	CreatedAt   time.Time
}

func newActivationReceipt(a *db.Activation) *ActivationReceipt {
	if a == nil {
		return nil
	}
	return &ActivationReceipt{ID: a.ID, Domain: a.Domain, Fingerprint: a.Fingerprint, DeviceName: a.DeviceName, CreatedAt: a.CreatedAt}
}
