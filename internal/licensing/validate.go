package licensing

import (
	"context"

	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/store"
)

// ValidateLicenseInput says which license to judge, and for what.
type ValidateLicenseInput struct {
	LicenseKey  string
	ProductSlug string
	Domain      string
	Fingerprint string
}

// ValidateLicensePayload is a verdict. License is nil when the caller may know
// nothing about it: an unknown key, or another product's.
type ValidateLicensePayload struct {
	Valid      bool
	Code       VerdictCode
	Message    string
	License    *LicenseState
	Activation *ActivationReceipt
}

// ValidateLicense judges a license and changes nothing. Needs
// licenses:validate. INPUT_MISSING and INPUT_INVALID for what cannot be read; a
// bad license is an answer. Three statements, four with a domain or
// fingerprint, five under a policy that binds both.
func (s *Service) ValidateLicense(ctx context.Context, in ValidateLicenseInput) (*ValidateLicensePayload, error) {
	p, err := auth.Require(ctx, auth.LicensesValidate)
	if err != nil {
		return nil, err
	}
	pl, err := newPlace(in.Domain, in.Fingerprint)
	if err != nil {
		return nil, err
	}
	l, err := s.find(ctx, p, in.LicenseKey)
	if err != nil {
		return nil, err
	}
	f := facts{license: l, otherProduct: !isFor(l, in.ProductSlug), now: s.store.Now(), wantsActivation: !pl.empty()}
	if l != nil && f.wantsActivation {
		if f.activation, f.halfMatches, err = s.match(ctx, l, pl); err != nil {
			return nil, err
		}
	}
	code := judge(f)
	out := &ValidateLicensePayload{Valid: code.Valid(), Code: code, Message: code.Message()}
	if code != VerdictNotFound && code != VerdictProductMismatch {
		out.License = newLicenseState(l, f.now)
		out.Activation = newActivationReceipt(f.activation)
	}
	return out, nil
}

// Entitle judges a license for the updates of a product, wherever it is used.
// Needs updates:read. One statement.
func (s *Service) Entitle(ctx context.Context, key, productID string) (VerdictCode, error) {
	p, err := auth.Require(ctx, auth.UpdatesRead)
	if err != nil {
		return "", err
	}
	q, err := s.withKey(ctx, p, key)
	if fault.Is(err, fault.InputInvalid) || fault.Is(err, fault.InputMissing) {
		// What cannot be a key is an unknown one: the updaters in the wild
		// forget the update they know of at any other answer.
		return VerdictNotFound, nil
	}
	if err != nil {
		return "", err
	}
	l, err := store.First(q.Only(ctx))
	if err != nil {
		return "", err
	}
	return judge(facts{license: l, otherProduct: l != nil && l.ProductID != productID, now: s.store.Now()}), nil
}
