package licensing

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/activation"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
)

// DeactivateLicenseInput says which slots to free: those of a device, of a
// domain, of the two together, or all.
type DeactivateLicenseInput struct {
	LicenseKey  string
	ProductSlug string
	Domain      string
	Fingerprint string
	All         bool
}

// DeactivateLicensePayload says how many slots were freed.
type DeactivateLicensePayload struct {
	Deactivated int
	License     *LicenseState
}

// DeactivateLicense frees slots. Needs licenses:deactivate. A license that is
// not in force can still be deactivated. LICENSE_NOT_FOUND, PRODUCT_MISMATCH;
// INPUT_MISSING unless a place or 'all' is given, so that a lost value never
// frees every slot. Nothing to free is not an error.
func (s *Service) DeactivateLicense(ctx context.Context, in DeactivateLicenseInput) (*DeactivateLicensePayload, error) {
	p, err := auth.Require(ctx, auth.LicensesDeactivate)
	if err != nil {
		return nil, err
	}
	pl, err := newPlace(in.Domain, in.Fingerprint)
	if err != nil {
		return nil, err
	}
	if pl.empty() && !in.All {
		return nil, fault.Newf(fault.InputMissing, "Say what to deactivate: a domain, a device fingerprint, or all.")
	}
	if !pl.empty() && in.All {
		return nil, fault.Invalid("all", "'all' cannot be given together with a domain or fingerprint.")
	}
	out := &DeactivateLicensePayload{}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		l, err := s.find(ctx, p, in.LicenseKey)
		if err != nil {
			return err
		}
		now := s.store.Now()
		code := judge(facts{license: l, otherProduct: !isFor(l, in.ProductSlug), now: now})
		if code == VerdictNotFound || code == VerdictProductMismatch {
			return code.Fault()
		}
		*out = DeactivateLicensePayload{License: newLicenseState(l, now)}
		if any, err := s.at(ctx, l, pl).Exist(ctx); err != nil || !any {
			return err
		}
		// Taking the license's row first makes activations and deactivations
		// of one license wait for each other, so that the count stays true.
		if l, err = s.lock(ctx, l); err != nil {
			return err
		}
		removed, err := s.remove(ctx, l, pl)
		if err != nil {
			return err
		}
		*out = DeactivateLicensePayload{Deactivated: len(removed), License: newLicenseState(l, now)}
		if len(removed) == 0 {
			return nil
		}
		entries := []event.Entry{{
			Type: entevent.TypeLICENSE_DEACTIVATED, AccountID: l.AccountID, Test: l.Test, SubjectID: l.ID, LicenseID: l.ID,
			Data: event.Data{"license_id": l.ID, "deactivated": len(removed), "all": in.All},
		}}
		for _, a := range removed {
			entries = append(entries, activationEvent(entevent.TypeACTIVATION_REMOVED, l, a))
		}
		return event.Record(ctx, s.store, entries...)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) lock(ctx context.Context, l *db.License) (*db.License, error) {
	locked, err := l.Update().SetUpdatedAt(s.store.Now()).Save(ctx)
	if err != nil {
		return nil, err
	}
	locked.Edges = l.Edges
	return locked, nil
}

// at are the active activations of a license at a place, or all for the empty
// place.
func (s *Service) at(ctx context.Context, l *db.License, pl place) *db.ActivationQuery {
	q := s.store.DB(ctx).Activation.Query().Where(activation.LicenseID(l.ID), activation.RemovedAtIsNil())
	if pl.domainKey != "" {
		q.Where(activation.DomainKey(pl.domainKey))
	}
	if pl.fingerprint != "" {
		q.Where(activation.Fingerprint(pl.fingerprint))
	}
	return q
}

// remove frees the slots at a place, or all for the empty place, and returns
// the activations that held them. The license's row must be locked.
func (s *Service) remove(ctx context.Context, l *db.License, pl place) ([]*db.Activation, error) {
	client := s.store.DB(ctx)
	found, err := s.at(ctx, l, pl).All(ctx)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	for i := 0; i < len(found); i += removeBatch {
		ids := make([]string, 0, removeBatch)
		for _, a := range found[i:min(i+removeBatch, len(found))] {
			ids = append(ids, a.ID)
		}
		if err := client.Activation.Update().Where(activation.IDIn(ids...)).SetRemovedAt(s.store.Now()).Exec(ctx); err != nil {
			return nil, err
		}
	}
	l.ActivationsUsed -= len(found)
	return found, client.License.UpdateOneID(l.ID).AddActivationsUsed(-len(found)).Exec(ctx)
}

// removeBatch keeps one UPDATE below the number of parameters that both
// databases take.
const removeBatch = 1000
