package site

import (
	"context"
	"time"

	"github.com/licethq/licet/ent/db"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/ent/db/site"
	"github.com/licethq/licet/ent/db/siteaction"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

const (
	// actionLife is for how long an action is wanted unless it says otherwise.
	actionLife = 30 * 24 * time.Hour
	// maxTaken bounds how many actions one call hands out.
	maxTaken = 100
)

// CreateSiteActionInput is something a site is asked to do. Params is a JSON
// object or empty.
type CreateSiteActionInput struct {
	SiteID    string
	Type      siteaction.Type
	Params    string
	ExpiresAt *time.Time
}

// CreateSiteAction asks a site to do something. Needs sites:write. NOT_FOUND for
// a site that the caller cannot see; INPUT_INVALID with the field at fault.
func (s *Service) CreateSiteAction(ctx context.Context, in CreateSiteActionInput) (*db.SiteAction, error) {
	p, err := auth.RequireAccount(ctx, auth.SitesWrite)
	if err != nil {
		return nil, err
	}
	if in.Params == "" {
		in.Params = "{}"
	}
	if err := checkObject("params", in.Params); err != nil {
		return nil, err
	}
	now := s.store.Now()
	expires := now.Add(actionLife)
	if in.ExpiresAt != nil {
		expires = in.ExpiresAt.UTC().Truncate(time.Microsecond)
	}
	if err := text.Future("expiresAt", &expires, now); err != nil {
		return nil, err
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.SiteAction, error) {
		row, err := s.one(ctx, p, site.ID(in.SiteID), fault.Absent("siteId", "site"))
		if err != nil {
			return nil, err
		}
		a, err := s.store.DB(ctx).SiteAction.Create().
			SetID(s.store.NewID("sact")).SetCreatedAt(now).SetAccountID(p.AccountID).SetTest(p.Test).SetSiteID(row.ID).
			SetType(in.Type).SetParams(in.Params).SetStatus(siteaction.StatusPENDING).SetExpiresAt(expires).Save(ctx)
		if err != nil {
			return nil, err
		}
		return a, event.Record(ctx, s.store, actionEvent(entevent.TypeSITE_ACTION_CREATED, row, a))
	})
}

// CancelSiteAction takes back an action that was not handed out. Needs
// sites:write. NOT_FOUND; CONFLICT when it was handed out.
func (s *Service) CancelSiteAction(ctx context.Context, id string) (*db.SiteAction, error) {
	p, err := auth.RequireAccount(ctx, auth.SitesWrite)
	if err != nil {
		return nil, err
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.SiteAction, error) {
		client := s.store.DB(ctx)
		a, err := store.First(s.actionsOf(ctx, p).Where(siteaction.ID(id)).Only(ctx))
		if err != nil {
			return nil, err
		}
		switch {
		case a == nil:
			return nil, fault.Absent("id", "action")
		case a.Status == siteaction.StatusCANCELED:
			return a, nil
		case a.Status == siteaction.StatusACKNOWLEDGED:
			return nil, fault.Newf(fault.Conflict, "The site has fetched this action already.")
		}
		changed, err := client.SiteAction.Update().Where(siteaction.ID(id), siteaction.StatusEQ(siteaction.StatusPENDING)).
			SetStatus(siteaction.StatusCANCELED).SetCanceledAt(s.store.Now()).Save(ctx)
		if err != nil {
			return nil, err
		}
		if changed == 0 {
			return nil, store.ErrAgain
		}
		if a, err = client.SiteAction.Get(ctx, id); err != nil {
			return nil, err
		}
		owner, err := a.QuerySite().Only(ctx)
		if err != nil {
			return nil, err
		}
		return a, event.Record(ctx, s.store, actionEvent(entevent.TypeSITE_ACTION_CANCELED, owner, a))
	})
}

// TakeSiteActionsInput names a site by its token.
type TakeSiteActionsInput struct{ SiteToken string }

// TakeSiteActionsPayload holds the actions that one call hands out.
type TakeSiteActionsPayload struct{ Actions []*TakenSiteAction }

// TakenSiteAction is an action as the site gets it.
type TakenSiteAction struct {
	ID        string
	Type      siteaction.Type
	Params    string // a JSON object
	CreatedAt time.Time
	ExpiresAt time.Time
}

// TakeSiteActions hands out a site's waiting actions, oldest first, at most
// 100, and acknowledges them in the same transaction: each is handed out at
// most once. Needs sites:connect. SITE_NOT_FOUND for an unknown token.
func (s *Service) TakeSiteActions(ctx context.Context, in TakeSiteActionsInput) (*TakeSiteActionsPayload, error) {
	p, err := auth.RequireAccount(ctx, auth.SitesConnect)
	if err != nil {
		return nil, err
	}
	out := &TakeSiteActionsPayload{}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		out.Actions = []*TakenSiteAction{}
		row, err := s.byToken(ctx, p, in.SiteToken)
		if err != nil {
			return err
		}
		// The site's row is taken first, so that two calls of one site wait
		// for each other and hand out nothing twice.
		now := s.store.Now()
		if err := row.Update().SetLastSeenAt(now).Exec(ctx); err != nil {
			return err
		}
		found, err := s.waiting(ctx, row.ID).Order(siteaction.ByCreatedAt(), siteaction.ByID()).Limit(maxTaken).All(ctx)
		if err != nil || len(found) == 0 {
			return err
		}
		ids := make([]string, len(found))
		events := make([]event.Entry, len(found))
		for i, a := range found {
			ids[i] = a.ID
			events[i] = actionEvent(entevent.TypeSITE_ACTION_ACKNOWLEDGED, row, a)
			out.Actions = append(out.Actions, &TakenSiteAction{ID: a.ID, Type: a.Type, Params: a.Params, CreatedAt: a.CreatedAt, ExpiresAt: a.ExpiresAt})
		}
		changed, err := s.store.DB(ctx).SiteAction.Update().Where(siteaction.IDIn(ids...), siteaction.StatusEQ(siteaction.StatusPENDING)).
			SetStatus(siteaction.StatusACKNOWLEDGED).SetAcknowledgedAt(now).Save(ctx)
		if err != nil {
			return err
		}
		if changed != len(ids) {
			return store.ErrAgain // one was canceled meanwhile
		}
		return event.Record(ctx, s.store, events...)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// SiteAction returns one of the actions on the caller's sites, or nil. Needs
// sites:read.
func (s *Service) SiteAction(ctx context.Context, id string) (*db.SiteAction, error) {
	p, err := auth.RequireAccount(ctx, auth.SitesRead)
	if err != nil {
		return nil, err
	}
	return store.First(s.actionsOf(ctx, p).Where(siteaction.ID(id)).Only(ctx))
}

func (s *Service) actionsOf(ctx context.Context, p auth.Principal) *db.SiteActionQuery {
	return s.store.DB(ctx).SiteAction.Query().Where(siteaction.AccountID(p.AccountID), siteaction.Test(p.Test))
}

// waiting are the actions that a site has not fetched and that are still wanted.
func (s *Service) waiting(ctx context.Context, siteID string) *db.SiteActionQuery {
	return s.store.DB(ctx).SiteAction.Query().Where(siteaction.SiteID(siteID),
		siteaction.StatusEQ(siteaction.StatusPENDING), siteaction.ExpiresAtGT(s.store.Now()))
}

func actionEvent(t entevent.Type, row *db.Site, a *db.SiteAction) event.Entry {
	e := siteEvent(t, row, event.Data{"site_id": row.ID, "type": a.Type})
	e.SubjectID = a.ID
	return e
}
