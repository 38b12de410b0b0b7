// Package site manages the WordPress sites that register themselves: their
// tokens, signs of life, and what they are asked to do.
package site

import (
	"context"
	"encoding/hex"
	"io"
	"time"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/predicate"
	"github.com/licethq/licet/ent/db/site"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/hostname"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/secret"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// HeartbeatInterval is how often a site is asked to call, in seconds.
const HeartbeatInterval = 3600

// Service manages sites and their actions.
type Service struct {
	store     *store.Store
	keeper    *secret.Keeper
	licensing *licensing.Service
}

// NewService returns the site service.
func NewService(s *store.Store, k *secret.Keeper, l *licensing.Service) *Service {
	return &Service{store: s, keeper: k, licensing: l}
}

// SiteLicense is the verdict on a site's license.
type SiteLicense struct {
	Valid     bool
	Code      licensing.VerdictCode
	Message   string
	ExpiresAt *time.Time
}

func newSiteLicense(v licensing.SiteVerdict) *SiteLicense {
	out := &SiteLicense{Valid: v.Code.Valid(), Code: v.Code, Message: v.Code.Message()}
	if v.License != nil {
		out.ExpiresAt = v.License.ExpiresAt
	}
	return out
}

// SiteFilter narrows a list of sites; zero fields do not.
type SiteFilter struct {
	LicenseID      string
	URL            string
	LastSeenBefore *time.Time
}

// Sites returns the caller's sites. Needs sites:read. INPUT_INVALID for an
// address that cannot be one.
func (s *Service) Sites(ctx context.Context, f *SiteFilter) (*db.SiteQuery, error) {
	p, err := auth.RequireAccount(ctx, auth.SitesRead)
	if err != nil {
		return nil, err
	}
	q := s.sitesOf(ctx, p)
	if f == nil {
		return q, nil
	}
	if f.LicenseID != "" {
		q.Where(site.LicenseID(f.LicenseID))
	}
	if f.URL != "" {
		address, err := hostname.ParseSite(f.URL)
		if err != nil {
			return nil, fault.Invalid("url", "'url' is not a site's address: %s.", err)
		}
		q.Where(site.SiteKey(address.Key))
	}
	if f.LastSeenBefore != nil {
		if err := text.Moment("lastSeenBefore", f.LastSeenBefore); err != nil {
			return nil, err
		}
		q.Where(site.LastSeenAtLT(*f.LastSeenBefore))
	}
	return q, nil
}

// Site returns one of the caller's sites, or nil. Needs sites:read.
func (s *Service) Site(ctx context.Context, id string) (*db.Site, error) {
	q, err := s.Sites(ctx, nil)
	if err != nil {
		return nil, err
	}
	return store.First(q.Where(site.ID(id)).Only(ctx))
}

func (s *Service) sitesOf(ctx context.Context, p auth.Principal) *db.SiteQuery {
	return s.store.DB(ctx).Site.Query().Where(site.AccountID(p.AccountID), site.Test(p.Test))
}

// byToken returns the site with this token. INPUT_MISSING, SITE_NOT_FOUND.
func (s *Service) byToken(ctx context.Context, p auth.Principal, token string) (*db.Site, error) {
	if token == "" {
		return nil, fault.Missing("siteToken")
	}
	return s.one(ctx, p, site.TokenHash(s.keeper.Hash(secret.SiteToken, token)), fault.New(fault.SiteNotFound))
}

func (s *Service) one(ctx context.Context, p auth.Principal, where predicate.Site, absent error) (*db.Site, error) {
	row, err := store.First(s.sitesOf(ctx, p).Where(where).Only(ctx))
	if err == nil && row == nil {
		err = absent
	}
	return row, err
}

// newToken returns a token with 256 random bits.
func newToken(random io.Reader) (string, error) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", err
	}
	return hex.EncodeToString(raw), nil
}
