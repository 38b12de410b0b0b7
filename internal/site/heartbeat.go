package site

import (
	"context"
	"time"

	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/ent/db/site"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/hostname"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// SiteStatus says how a site stands with us.
type SiteStatus string

// StatusOnline is a site that was heard of just now.
const StatusOnline SiteStatus = "ONLINE"

// SiteHeartbeatInput is a sign of life. HealthData is a JSON object or empty.
type SiteHeartbeatInput struct {
	SiteToken  string
	WpVersion  string
	HealthData string
}

// SiteHeartbeatPayload answers a sign of life.
type SiteHeartbeatPayload struct {
	Status          SiteStatus
	License         *SiteLicense // nil without a license
	PendingActions  int
	NextHeartbeatIn int // seconds
	ServerTime      time.Time
}

// SiteHeartbeat records that a site is alive. Needs sites:connect.
// SITE_NOT_FOUND for an unknown token; INPUT_INVALID for health data beyond the
// bounds of checkObject.
//
// Being alive is not a change and writes no event; another WordPress version
// is one.
func (s *Service) SiteHeartbeat(ctx context.Context, in SiteHeartbeatInput) (*SiteHeartbeatPayload, error) {
	p, err := auth.RequireAccount(ctx, auth.SitesConnect)
	if err != nil {
		return nil, err
	}
	if in.WpVersion, err = text.Line("wpVersion", in.WpVersion, 64); err != nil {
		return nil, err
	}
	if in.HealthData != "" {
		if err := checkObject("healthData", in.HealthData); err != nil {
			return nil, err
		}
	}
	now := s.store.Now()
	out := &SiteHeartbeatPayload{Status: StatusOnline, NextHeartbeatIn: HeartbeatInterval, ServerTime: now}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		row, err := s.byToken(ctx, p, in.SiteToken)
		if err != nil {
			return err
		}
		update := s.store.DB(ctx).Site.Update().Where(site.ID(row.ID), site.WpVersion(row.WpVersion)).SetLastSeenAt(now)
		if in.HealthData != "" {
			update.SetHealthData(in.HealthData)
		}
		changed := in.WpVersion != "" && in.WpVersion != row.WpVersion
		if changed {
			update.SetWpVersion(in.WpVersion)
			if err := event.Record(ctx, s.store, siteEvent(entevent.TypeSITE_UPDATED, row, event.Data{
				"wp_version": in.WpVersion, "previous_wp_version": row.WpVersion,
			})); err != nil {
				return err
			}
		}
		alive, err := update.Save(ctx)
		if err != nil {
			return err
		}
		if alive == 0 {
			return store.ErrAgain // another heartbeat brought another version
		}
		out.License = nil
		if row.LicenseID != nil {
			address, err := hostname.ParseSite(row.URL)
			if err != nil {
				return err // it was parsed when it was stored
			}
			verdict, err := s.licensing.JudgeSite(ctx, *row.LicenseID, address.Name)
			if err != nil {
				return err
			}
			out.License = newSiteLicense(verdict)
		}
		out.PendingActions, err = s.waiting(ctx, row.ID).Count(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
