package licensing

import (
	"time"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/license"
	"github.com/licethq/licet/internal/fault"
)

// VerdictCode says why a license is good or not.
type VerdictCode string

// The codes, in the order in which the reasons are looked for. The first that
// applies is the verdict.
const (
	VerdictNotFound         VerdictCode = "NOT_FOUND"
	VerdictProductMismatch  VerdictCode = "PRODUCT_MISMATCH"
	VerdictRevoked          VerdictCode = "REVOKED"
	VerdictSuspended        VerdictCode = "SUSPENDED"
	VerdictNotStarted       VerdictCode = "NOT_STARTED"
	VerdictExpired          VerdictCode = "EXPIRED"
	VerdictNotActivated     VerdictCode = "NOT_ACTIVATED"
	VerdictIdentityMismatch VerdictCode = "IDENTITY_MISMATCH"
	VerdictOverLimit        VerdictCode = "OVER_LIMIT"
	VerdictValid            VerdictCode = "VALID"
)

// Valid reports whether the license is good.
func (c VerdictCode) Valid() bool { return c == VerdictValid }

// Message says the verdict to a person.
func (c VerdictCode) Message() string {
	switch c {
	case VerdictValid:
		return "This license is valid."
	case VerdictIdentityMismatch:
		return "This license is activated for another pair of domain and device."
	}
	return fault.Default(verdictFaults[c])
}

var verdictFaults = map[VerdictCode]fault.Code{
	VerdictNotFound:         fault.LicenseNotFound,
	VerdictProductMismatch:  fault.ProductMismatch,
	VerdictRevoked:          fault.LicenseRevoked,
	VerdictSuspended:        fault.LicenseSuspended,
	VerdictNotStarted:       fault.LicenseNotStarted,
	VerdictExpired:          fault.LicenseExpired,
	VerdictNotActivated:     fault.LicenseNotActivated,
	VerdictIdentityMismatch: fault.LicenseNotActivated,
	VerdictOverLimit:        fault.ActivationLimitReached,
}

// Fault turns a bad verdict into the refusal of an action, and VALID into nil.
func (c VerdictCode) Fault() error {
	if c.Valid() {
		return nil
	}
	return fault.New(verdictFaults[c])
}

// LicenseStanding is what holds for a license at one moment, whatever it is
// asked for.
type LicenseStanding string

const (
	StandingActive     LicenseStanding = "ACTIVE"
	StandingNotStarted LicenseStanding = "NOT_STARTED"
	StandingExpired    LicenseStanding = "EXPIRED"
	StandingSuspended  LicenseStanding = "SUSPENDED"
	StandingRevoked    LicenseStanding = "REVOKED"
)

// isFor reports whether a license, with its product loaded, is for the product
// with this slug; any product will do for "".
func isFor(l *db.License, slug string) bool {
	return l == nil || slug == "" || l.Edges.Product.Slug == slug
}

// facts are all that a verdict depends on.
type facts struct {
	license      *db.License // nil: no license has this key
	otherProduct bool        // whether the license is for another product than is wanted
	now          time.Time

	wantsActivation bool           // whether the license must be activated here
	activation      *db.Activation // the active one that matches, or nil
	halfMatches     bool           // one half of a BOTH identity is activated with another half

	claims bool // whether a new slot is wanted
}

// judge is the one verdict on a license. It is pure.
func judge(f facts) VerdictCode {
	if f.license == nil {
		return VerdictNotFound
	}
	if f.otherProduct {
		return VerdictProductMismatch
	}
	switch standing(f.license, f.now) {
	case StandingRevoked:
		return VerdictRevoked
	case StandingSuspended:
		return VerdictSuspended
	case StandingNotStarted:
		return VerdictNotStarted
	case StandingExpired:
		return VerdictExpired
	}
	if f.wantsActivation && f.activation == nil {
		if f.halfMatches {
			return VerdictIdentityMismatch
		}
		return VerdictNotActivated
	}
	if limit := f.license.ActivationLimit; limit != nil {
		used := f.license.ActivationsUsed
		if used > *limit || (f.claims && used == *limit) {
			return VerdictOverLimit
		}
	}
	return VerdictValid
}

// standing returns what holds for a license at a moment. Expiry is computed
// here, when it is read, and nowhere stored.
func standing(l *db.License, now time.Time) LicenseStanding {
	switch {
	case l.Status == license.StatusREVOKED:
		return StandingRevoked
	case l.Status == license.StatusSUSPENDED:
		return StandingSuspended
	case now.Before(l.StartsAt):
		return StandingNotStarted
	case l.ExpiresAt != nil && !now.Before(*l.ExpiresAt):
		return StandingExpired
	}
	return StandingActive
}

// Standing returns what holds for a license now.
func (s *Service) Standing(l *db.License) LicenseStanding { return standing(l, s.store.Now()) }
