package licensing

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/activation"
	"github.com/licethq/licet/ent/db/licensepolicy"
	"github.com/licethq/licet/ent/db/predicate"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/hostname"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// place is where a license is used: a domain, a device, or both.
type place struct {
	domain      string // as given
	domainKey   string // what makes it the same domain
	fingerprint string
}

// newPlace checks and normalizes what a caller gives. Empty values count as
// absent. INPUT_INVALID with the field at fault.
func newPlace(domain, fingerprint string) (place, error) {
	var pl place
	var err error
	if pl.domain, err = text.Line("domain", domain, 2048); err != nil {
		return place{}, err
	}
	if pl.fingerprint, err = text.Line("fingerprint", fingerprint, 255); err != nil {
		return place{}, err
	}
	if pl.domain != "" {
		host, err := hostname.Parse(pl.domain)
		if err != nil {
			return place{}, fault.Invalid("domain", "'domain' is not a host name: %s.", err)
		}
		pl.domainKey = host.Key
	}
	return pl, nil
}

func (pl place) empty() bool { return pl.domainKey == "" && pl.fingerprint == "" }

// identity returns what a slot is bound to under a policy, or "" when the place
// lacks what the policy binds to. EITHER takes the fingerprint if given, else
// the domain.
func (pl place) identity(binding licensepolicy.Identity) string {
	domain, device := pl.domainKey != "", pl.fingerprint != ""
	switch {
	case binding == licensepolicy.IdentityBOTH:
		if domain && device {
			return "both:" + pl.domainKey + "\n" + pl.fingerprint
		}
	case device && binding != licensepolicy.IdentityDOMAIN:
		return "device:" + pl.fingerprint
	case domain && binding != licensepolicy.IdentityDEVICE:
		return "domain:" + pl.domainKey
	}
	return ""
}

// identityRequired says what a policy binds to and the caller left out.
func identityRequired(binding licensepolicy.Identity) error {
	switch binding {
	case licensepolicy.IdentityDOMAIN:
		return fault.Newf(fault.IdentityRequired, "This license is bound to a domain: send one.")
	case licensepolicy.IdentityDEVICE:
		return fault.Newf(fault.IdentityRequired, "This license is bound to a device: send its fingerprint.")
	case licensepolicy.IdentityBOTH:
		return fault.Newf(fault.IdentityRequired, "This license is bound to domain and device together: send both.")
	}
	return fault.New(fault.IdentityRequired)
}

// match finds the active activation of a license at a place, or nil. Under
// EITHER a domain alone also matches an activation that was made there with a
// fingerprint: the customer's site is the same. half says that, under BOTH, one
// half is activated together with another half. One statement, under BOTH two.
func (s *Service) match(ctx context.Context, l *db.License, pl place) (found *db.Activation, half bool, err error) {
	binding := l.Edges.Policy.Identity
	active := func(p ...predicate.Activation) *db.ActivationQuery {
		return s.store.DB(ctx).Activation.Query().
			Where(activation.LicenseID(l.ID), activation.RemovedAtIsNil()).Where(p...).
			Order(activation.ByCreatedAt(), activation.ByID())
	}
	identity := pl.identity(binding)
	switch {
	case identity != "" && binding == licensepolicy.IdentityEITHER && pl.fingerprint == "":
		found, err = store.First(active(activation.DomainKey(pl.domainKey)).First(ctx))
	case identity != "":
		found, err = store.First(active(activation.Identity(identity)).First(ctx))
	}
	if err != nil || found != nil || binding != licensepolicy.IdentityBOTH {
		return found, false, err
	}
	var halves []predicate.Activation
	if pl.domainKey != "" {
		halves = append(halves, activation.DomainKey(pl.domainKey))
	}
	if pl.fingerprint != "" {
		halves = append(halves, activation.Fingerprint(pl.fingerprint))
	}
	half, err = active(activation.Or(halves...)).Exist(ctx)
	return nil, half, err
}
