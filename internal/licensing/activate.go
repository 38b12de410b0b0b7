package licensing

import (
	"context"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/activation"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/ent/db/license"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/request"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// ActivateLicenseInput says which license to activate, and where.
type ActivateLicenseInput struct {
	LicenseKey      string
	ProductSlug     string
	Domain          string
	Fingerprint     string
	DeviceName      string
	ReportedAddress string
}

// ActivateLicensePayload is an activation. Created is false when the place was
// activated already.
type ActivateLicensePayload struct {
	Created    bool
	License    *LicenseState
	Activation *ActivationReceipt
}

// ActivateLicense gives a place one of a license's slots; the same place again
// takes no other. Needs licenses:activate. Refusals in the order of the
// verdict: LICENSE_NOT_FOUND, PRODUCT_MISMATCH, LICENSE_REVOKED,
// LICENSE_SUSPENDED, LICENSE_NOT_STARTED, LICENSE_EXPIRED, IDENTITY_REQUIRED,
// ACTIVATION_LIMIT_REACHED.
//
// One transaction: nine statements for a new activation (begin, license,
// product, policy, activation, claim, insert, events, commit), eight for a known
// one (begin, license, product, policy, activation, update, event, commit).
func (s *Service) ActivateLicense(ctx context.Context, in ActivateLicenseInput) (*ActivateLicensePayload, error) {
	p, err := auth.Require(ctx, auth.LicensesActivate)
	if err != nil {
		return nil, err
	}
	pl, err := newPlace(in.Domain, in.Fingerprint)
	if err != nil {
		return nil, err
	}
	if pl.empty() {
		return nil, fault.Newf(fault.InputMissing, "Send a domain or a device fingerprint: an activation needs one.")
	}
	if in.DeviceName, err = text.Line("deviceName", in.DeviceName, 255); err != nil {
		return nil, err
	}
	if in.ReportedAddress, err = text.Line("reportedAddress", in.ReportedAddress, 255); err != nil {
		return nil, err
	}
	var out *ActivateLicensePayload
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		l, err := s.find(ctx, p, in.LicenseKey)
		if err != nil {
			return err
		}
		if err := judge(facts{license: l, otherProduct: !isFor(l, in.ProductSlug), now: s.store.Now()}).Fault(); err != nil {
			return err
		}
		out, err = s.activate(ctx, l, pl, in)
		return err
	})
	return out, err
}

// activate takes a slot at a place, or finds the one that it has, within a
// transaction that found the license good.
func (s *Service) activate(ctx context.Context, l *db.License, pl place, in ActivateLicenseInput) (*ActivateLicensePayload, error) {
	now := s.store.Now()
	client := s.store.DB(ctx)
	identity := pl.identity(l.Edges.Policy.Identity)
	if identity == "" {
		return nil, identityRequired(l.Edges.Policy.Identity)
	}
	a, _, err := s.match(ctx, l, pl)
	if err != nil {
		return nil, err
	}
	address := request.AddressText(ctx)
	if a != nil {
		update := client.Activation.Update().Where(activation.ID(a.ID), activation.RemovedAtIsNil()).
			SetLastSeenAt(now).SetAddress(address)
		if in.DeviceName != "" {
			update.SetDeviceName(in.DeviceName)
			a.DeviceName = in.DeviceName
		}
		if in.ReportedAddress != "" {
			update.SetReportedAddress(in.ReportedAddress)
		}
		found, err := update.Save(ctx)
		if err != nil {
			return nil, err
		}
		if found == 0 {
			return nil, store.ErrAgain // deactivated meanwhile: it needs a slot
		}
		err = event.Record(ctx, s.store, activationEvent(entevent.TypeLICENSE_ACTIVATED, l, a))
		return &ActivateLicensePayload{License: newLicenseState(l, now), Activation: newActivationReceipt(a)}, err
	}

	if err := judge(facts{license: l, now: now, claims: true}).Fault(); err != nil {
		return nil, err
	}
	// The database holds the limit: of any number of callers, only as many
	// as there are slots pass this update. What changed since the license was
	// read is looked at again by running the transaction anew.
	claimed, err := client.License.Update().
		Where(license.ID(l.ID), license.StatusEQ(license.StatusACTIVE), license.Or(
			license.ActivationLimitIsNil(),
			entsql.FieldsLT(license.FieldActivationsUsed, license.FieldActivationLimit),
		)).
		AddActivationsUsed(1).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, err
	}
	if claimed == 0 {
		return nil, store.ErrAgain
	}
	a, err = client.Activation.Create().
		SetID(s.store.NewID("act")).SetCreatedAt(now).SetAccountID(l.AccountID).SetTest(l.Test).SetLicenseID(l.ID).
		SetIdentity(identity).SetDomain(pl.domain).SetDomainKey(pl.domainKey).SetFingerprint(pl.fingerprint).
		SetDeviceName(in.DeviceName).SetReportedAddress(in.ReportedAddress).SetAddress(address).SetLastSeenAt(now).
		Save(ctx)
	if store.Duplicate(err) == "activations(license_id,identity)" {
		return nil, store.ErrAgain // the same place was activated meanwhile
	}
	if err != nil {
		return nil, err
	}
	l.ActivationsUsed++
	err = event.Record(ctx, s.store,
		activationEvent(entevent.TypeACTIVATION_CREATED, l, a),
		activationEvent(entevent.TypeLICENSE_ACTIVATED, l, a))
	return &ActivateLicensePayload{Created: true, License: newLicenseState(l, now), Activation: newActivationReceipt(a)}, err
}

func activationEvent(t entevent.Type, l *db.License, a *db.Activation) event.Entry {
	subject := a.ID
	if t == entevent.TypeLICENSE_ACTIVATED {
		subject = l.ID
	}
	return event.Entry{
		Type: t, AccountID: l.AccountID, Test: l.Test, SubjectID: subject, LicenseID: l.ID,
		Data: event.Data{"activation_id": a.ID, "license_id": l.ID, "domain": a.Domain, "device_fingerprint": a.Fingerprint, "device_name": a.DeviceName},
	}
}
