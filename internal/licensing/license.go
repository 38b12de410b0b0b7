package licensing

import (
	"context"

	"github.com/licethq/licet/ent/db"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/ent/db/license"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensekey"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// LicenseFilter narrows a list of licenses; zero fields do not.
type LicenseFilter struct {
	ProductID      string
	PolicyID       string
	CustomerID     string
	Status         *license.Status
	Expired        *bool
	OrderReference string
}

// Licenses returns the caller's licenses. Needs licenses:read.
func (s *Service) Licenses(ctx context.Context, f *LicenseFilter) (*db.LicenseQuery, error) {
	p, err := auth.RequireAccount(ctx, auth.LicensesRead)
	if err != nil {
		return nil, err
	}
	q := s.licensesOf(ctx, p)
	if f == nil {
		return q, nil
	}
	if f.ProductID != "" {
		q.Where(license.ProductID(f.ProductID))
	}
	if f.PolicyID != "" {
		q.Where(license.PolicyID(f.PolicyID))
	}
	if f.CustomerID != "" {
		q.Where(license.CustomerID(f.CustomerID))
	}
	if f.Status != nil {
		q.Where(license.StatusEQ(*f.Status))
	}
	if f.Expired != nil && *f.Expired {
		q.Where(license.ExpiresOrderLTE(s.store.Now()))
	}
	if f.Expired != nil && !*f.Expired {
		q.Where(license.ExpiresOrderGT(s.store.Now()))
	}
	if f.OrderReference != "" {
		q.Where(license.OrderReference(f.OrderReference))
	}
	return q, nil
}

func (s *Service) licensesOf(ctx context.Context, p auth.Principal) *db.LicenseQuery {
	return s.store.DB(ctx).License.Query().Where(license.AccountID(p.AccountID), license.Test(p.Test))
}

// License returns one of the caller's licenses, or nil. Needs licenses:read.
func (s *Service) License(ctx context.Context, id string) (*db.License, error) {
	q, err := s.Licenses(ctx, nil)
	if err != nil {
		return nil, err
	}
	return store.First(q.Where(license.ID(id)).Only(ctx))
}

// FindLicense returns one of the caller's licenses by id or by key, or nil. Needs
// licenses:read. INPUT_INVALID unless exactly one is given.
func (s *Service) FindLicense(ctx context.Context, id, key *string) (*db.License, error) {
	if _, err := auth.RequireAccount(ctx, auth.LicensesRead); err != nil {
		return nil, err
	}
	switch {
	case (id == nil) == (key == nil):
		return nil, fault.Newf(fault.InputInvalid, "Give exactly one of 'id' and 'key'.")
	case key != nil:
		return s.LicenseByKey(ctx, *key)
	}
	return s.License(ctx, *id)
}

// LicenseByKey returns the caller's license with this key, or nil. Needs
// licenses:read.
func (s *Service) LicenseByKey(ctx context.Context, key string) (*db.License, error) {
	p, err := auth.RequireAccount(ctx, auth.LicensesRead)
	if err != nil {
		return nil, err
	}
	if err := licensekey.Check(key); err != nil {
		return nil, fault.Invalid("key", "'key' cannot be one: %s.", err)
	}
	return store.First(s.licensesOf(ctx, p).Where(license.KeyHash(s.hashKey(key))).Only(ctx))
}

// LicenseStatusInput names a license and why its status changes.
type LicenseStatusInput struct {
	ID     string
	Reason string
}

// SuspendLicense takes a license out of force until it is reinstated. Needs
// licenses:write. NOT_FOUND; CONFLICT when it is revoked.
func (s *Service) SuspendLicense(ctx context.Context, in LicenseStatusInput) (*db.License, error) {
	return s.setStatus(ctx, in, license.StatusSUSPENDED, entevent.TypeLICENSE_SUSPENDED)
}

// ReinstateLicense puts a suspended license back in force. Needs
// licenses:write. NOT_FOUND; CONFLICT when it is revoked.
func (s *Service) ReinstateLicense(ctx context.Context, in LicenseStatusInput) (*db.License, error) {
	return s.setStatus(ctx, in, license.StatusACTIVE, entevent.TypeLICENSE_REINSTATED)
}

// RevokeLicense takes a license out of force for good. Needs licenses:write.
// NOT_FOUND.
func (s *Service) RevokeLicense(ctx context.Context, in LicenseStatusInput) (*db.License, error) {
	return s.setStatus(ctx, in, license.StatusREVOKED, entevent.TypeLICENSE_REVOKED)
}

// setStatus changes a status, conditionally on the one that was read: of two
// changes at once the second sees what the first one did.
func (s *Service) setStatus(ctx context.Context, in LicenseStatusInput, to license.Status, happened entevent.Type) (*db.License, error) {
	p, err := auth.RequireAccount(ctx, auth.LicensesWrite)
	if err != nil {
		return nil, err
	}
	if in.Reason, err = text.Line("reason", in.Reason, 500); err != nil {
		return nil, err
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.License, error) {
		l, err := store.First(s.licensesOf(ctx, p).Where(license.ID(in.ID)).Only(ctx))
		if err != nil {
			return nil, err
		}
		if l == nil {
			return nil, fault.Absent("id", "license")
		}
		if l.Status == to {
			return l, nil
		}
		if l.Status == license.StatusREVOKED {
			return nil, fault.Newf(fault.Conflict, "A revoked license stays revoked. Issue a new one.")
		}
		changed, err := s.store.DB(ctx).License.Update().Where(license.ID(l.ID), license.StatusEQ(l.Status)).
			SetStatus(to).SetUpdatedAt(s.store.Now()).Save(ctx)
		if err != nil {
			return nil, err
		}
		if changed == 0 {
			return nil, store.ErrAgain
		}
		if l, err = s.licensesOf(ctx, p).Where(license.ID(in.ID)).Only(ctx); err != nil {
			return nil, err
		}
		return l, event.Record(ctx, s.store, licenseEvent(happened, l, event.Data{"reason": in.Reason}))
	})
}

// RevealLicenseKey returns a license's key and records that it was shown.
// Needs licenses:reveal. NOT_FOUND.
func (s *Service) RevealLicenseKey(ctx context.Context, id string) (string, error) {
	p, err := auth.RequireAccount(ctx, auth.LicensesReveal)
	if err != nil {
		return "", err
	}
	key := ""
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		l, err := store.First(s.licensesOf(ctx, p).Where(license.ID(id)).Only(ctx))
		if err != nil {
			return err
		}
		if l == nil {
			return fault.Absent("id", "license")
		}
		if key, err = s.keeper.Open(l.ID, l.KeyCipher); err != nil {
			return err
		}
		return event.Record(ctx, s.store, licenseEvent(entevent.TypeLICENSE_KEY_REVEALED, l, nil))
	})
	return key, err
}
