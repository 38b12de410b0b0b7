package site

import (
	"context"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/licethq/licet/ent/db"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/ent/db/site"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/hostname"
	"github.com/licethq/licet/internal/secret"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// RegisterSiteInput is a site that registers itself.
type RegisterSiteInput struct {
	SiteURL       string
	SiteName      string
	AdminEmail    string
	WpVersion     string
	PhpVersion    string
	PluginVersion string
	LicenseKey    string
}

// RegisterSitePayload holds the only sight of a site's token.
type RegisterSitePayload struct {
	SiteID            string
	SiteToken         string
	HeartbeatInterval int          // seconds
	License           *SiteLicense // nil without a license key
}

// RegisterSite registers a site and activates its domain, in one transaction.
// Needs sites:connect. LICENSE_NOT_FOUND for an unknown key. SITE_TAKEN when a
// licensed site is known already and neither the license key that it was
// registered with nor a secret API key is presented: the publishable key is
// public and proves nothing.
//
// A site is known by account, mode, host with path, and the license's product:
// two plugins of one seller on one WordPress are two sites.
func (s *Service) RegisterSite(ctx context.Context, in RegisterSiteInput) (*RegisterSitePayload, error) {
	p, err := auth.RequireAccount(ctx, auth.SitesConnect)
	if err != nil {
		return nil, err
	}
	address, err := in.check()
	if err != nil {
		return nil, err
	}
	token, err := newToken(s.store.Random())
	if err != nil {
		return nil, err
	}
	out := &RegisterSitePayload{SiteToken: token, HeartbeatInterval: HeartbeatInterval}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		var owner *db.License
		out.License = nil
		if in.LicenseKey != "" {
			verdict, err := s.licensing.AttachSite(ctx, in.LicenseKey, address.Name)
			if err != nil {
				return err
			}
			out.License, owner = newSiteLicense(verdict), verdict.License
		}
		known, err := s.known(ctx, p, address, owner)
		if err != nil {
			return err
		}
		if known == nil && out.License != nil && !out.License.Valid {
			// A license that is not good here claims nothing: otherwise any
			// spent key could keep a site from its owner.
			owner = nil
		}
		row, err := s.save(ctx, p, known, owner, address, in, s.keeper.Hash(secret.SiteToken, token))
		if err != nil {
			return err
		}
		out.SiteID = row.ID
		return event.Record(ctx, s.store, siteEvent(entevent.TypeSITE_REGISTERED, row, event.Data{
			"url": row.URL, "again": known != nil, "wp_version": row.WpVersion, "php_version": row.PhpVersion, "plugin_version": row.PluginVersion,
		}))
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// check cleans the input in place and returns the site's address.
func (in *RegisterSiteInput) check() (hostname.Site, error) {
	if in.SiteURL == "" {
		return hostname.Site{}, fault.Missing("siteUrl")
	}
	address, err := hostname.ParseSite(in.SiteURL)
	if err != nil {
		return hostname.Site{}, fault.Invalid("siteUrl", "'siteUrl' is not a site's address: %s.", err)
	}
	if in.AdminEmail, err = text.Email("adminEmail", in.AdminEmail); err != nil {
		return hostname.Site{}, err
	}
	for _, f := range []struct {
		name  string
		value *string
		max   int
	}{
		{"siteName", &in.SiteName, 255}, {"wpVersion", &in.WpVersion, 64},
		{"phpVersion", &in.PhpVersion, 64}, {"pluginVersion", &in.PluginVersion, 64},
	} {
		if *f.value, err = text.Line(f.name, *f.value, f.max); err != nil {
			return hostname.Site{}, err
		}
	}
	return address, nil
}

// known returns the row whose token this registration rotates, or nil for a new
// one. SITE_TAKEN when there is one and the caller proves nothing.
func (s *Service) known(ctx context.Context, p auth.Principal, address hostname.Site, owner *db.License) (*db.Site, error) {
	q := s.sitesOf(ctx, p).Where(site.SiteKey(address.Key))
	if owner != nil {
		row, err := store.First(q.Where(site.ProductID(owner.ProductID)).Only(ctx))
		if err != nil || row == nil {
			return nil, err
		}
		if row, err = s.lock(ctx, row); err != nil {
			return nil, err
		}
		if p.Secret || (row.LicenseID != nil && *row.LicenseID == owner.ID) {
			return row, nil
		}
		return nil, fault.New(fault.SiteTaken)
	}
	newestFirst := []site.OrderOption{site.ByCreatedAt(entsql.OrderDesc()), site.ByID(entsql.OrderDesc())}
	licensed, err := store.First(q.Clone().Where(site.ProductIDNotNil()).Order(newestFirst...).First(ctx))
	if err != nil {
		return nil, err
	}
	switch {
	case licensed != nil && !p.Secret:
		return nil, fault.New(fault.SiteTaken)
	case licensed != nil:
		return s.lock(ctx, licensed)
	case p.Secret:
		unlicensed, err := store.First(q.Order(newestFirst...).First(ctx))
		if err != nil || unlicensed == nil {
			return nil, err
		}
		return s.lock(ctx, unlicensed)
	}
	return nil, nil
}

// lock makes registrations of one site wait for each other, and returns the row
// as the last one left it.
func (s *Service) lock(ctx context.Context, row *db.Site) (*db.Site, error) {
	return row.Update().SetLastSeenAt(s.store.Now()).Save(ctx)
}

func (s *Service) save(ctx context.Context, p auth.Principal, known *db.Site, owner *db.License, address hostname.Site, in RegisterSiteInput, tokenHash string) (*db.Site, error) {
	now := s.store.Now()
	if known != nil {
		update := known.Update().SetTokenHash(tokenHash).SetURL(address.URL).SetName(in.SiteName).SetAdminEmail(in.AdminEmail).
			SetWpVersion(in.WpVersion).SetPhpVersion(in.PhpVersion).SetPluginVersion(in.PluginVersion).SetLastSeenAt(now)
		if owner != nil {
			update.SetLicenseID(owner.ID)
		}
		return update.Save(ctx)
	}
	create := s.store.DB(ctx).Site.Create().
		SetID(s.store.NewID("site")).SetCreatedAt(now).SetAccountID(p.AccountID).SetTest(p.Test).
		SetURL(address.URL).SetSiteKey(address.Key).SetName(in.SiteName).SetAdminEmail(in.AdminEmail).
		SetWpVersion(in.WpVersion).SetPhpVersion(in.PhpVersion).SetPluginVersion(in.PluginVersion).
		SetTokenHash(tokenHash).SetLastSeenAt(now)
	if owner != nil {
		create.SetLicenseID(owner.ID).SetProductID(owner.ProductID)
	}
	row, err := create.Save(ctx)
	if store.Duplicate(err) == "sites(account_id,test,site_key,product_id)" {
		return nil, store.ErrAgain // registered meanwhile; look again
	}
	return row, err
}

func siteEvent(t entevent.Type, row *db.Site, data event.Data) event.Entry {
	e := event.Entry{Type: t, AccountID: row.AccountID, Test: row.Test, SubjectID: row.ID, Data: data}
	if row.LicenseID != nil {
		e.LicenseID = *row.LicenseID
	}
	return e
}
