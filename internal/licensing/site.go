package licensing

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/license"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/store"
)

// SiteVerdict is a verdict on the license of a WordPress site.
type SiteVerdict struct {
	Code    VerdictCode
	License *db.License
}

// activatesSites reports whether a license is activated by a site's domain. One
// that is bound to a device is not: there a site is judged by its license alone,
// and the plugin activates the device itself.
func activatesSites(l *db.License, pl place) bool { return pl.identity(l.Edges.Policy.Identity) != "" }

// AttachSite activates the domain of a site that registers with a license key,
// within the caller's transaction. Needs sites:connect. LICENSE_NOT_FOUND for an
// unknown key; a license that cannot be activated is an answer, because the site
// itself may register all the same.
func (s *Service) AttachSite(ctx context.Context, key, host string) (SiteVerdict, error) {
	p, err := auth.RequireAccount(ctx, auth.SitesConnect)
	if err != nil {
		return SiteVerdict{}, err
	}
	pl, err := newPlace(host, "")
	if err != nil {
		return SiteVerdict{}, err
	}
	var out SiteVerdict
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		l, err := s.find(ctx, p, key)
		if err != nil {
			return err
		}
		code := judge(facts{license: l, now: s.store.Now()})
		out = SiteVerdict{Code: code, License: l}
		if code == VerdictNotFound {
			return code.Fault()
		}
		if !code.Valid() {
			return nil
		}
		if !activatesSites(l, pl) {
			return nil
		}
		_, err = s.activate(ctx, l, pl, ActivateLicenseInput{})
		if fault.Is(err, fault.ActivationLimitReached) {
			out.Code = VerdictOverLimit
			return nil
		}
		return err
	})
	return out, err
}

// JudgeSite judges the license that a site registered with. Needs
// sites:connect. Four statements.
func (s *Service) JudgeSite(ctx context.Context, licenseID, host string) (SiteVerdict, error) {
	p, err := auth.RequireAccount(ctx, auth.SitesConnect)
	if err != nil {
		return SiteVerdict{}, err
	}
	pl, err := newPlace(host, "")
	if err != nil {
		return SiteVerdict{}, err
	}
	l, err := store.First(s.licensesOf(ctx, p).Where(license.ID(licenseID)).WithProduct().WithPolicy().Only(ctx))
	if err != nil {
		return SiteVerdict{}, err
	}
	f := facts{license: l, now: s.store.Now()}
	if l != nil && activatesSites(l, pl) {
		f.wantsActivation = true
		if f.activation, f.halfMatches, err = s.match(ctx, l, pl); err != nil {
			return SiteVerdict{}, err
		}
	}
	return SiteVerdict{Code: judge(f), License: l}, nil
}
