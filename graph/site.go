package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/site"
)

func (r query) Sites(ctx context.Context, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.SiteOrder, filter *site.SiteFilter) (*db.SiteConnection, error) {
	q, err := r.services.Sites.Sites(ctx, filter)
	if err != nil {
		return nil, err
	}
	return q.Paginate(ctx, after, first, before, last, db.WithSiteOrder(orderBy))
}

func (r mutation) RegisterSite(ctx context.Context, input site.RegisterSiteInput) (*site.RegisterSitePayload, error) {
	return r.services.Sites.RegisterSite(ctx, input)
}

func (r mutation) SiteHeartbeat(ctx context.Context, input site.SiteHeartbeatInput) (*site.SiteHeartbeatPayload, error) {
	return r.services.Sites.SiteHeartbeat(ctx, input)
}

func (r mutation) TakeSiteActions(ctx context.Context, input site.TakeSiteActionsInput) (*site.TakeSiteActionsPayload, error) {
	return r.services.Sites.TakeSiteActions(ctx, input)
}

func (r mutation) CreateSiteAction(ctx context.Context, input site.CreateSiteActionInput) (*gen.SiteActionPayload, error) {
	return siteActionPayload(r.services.Sites.CreateSiteAction(ctx, input))
}

func (r mutation) CancelSiteAction(ctx context.Context, id string) (*gen.SiteActionPayload, error) {
	return siteActionPayload(r.services.Sites.CancelSiteAction(ctx, id))
}

func siteActionPayload(a *db.SiteAction, err error) (*gen.SiteActionPayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.SiteActionPayload{Action: a}, nil
}

type siteResolver struct{}

// Site returns the resolvers of a site's edges.
func (r *Resolver) Site() gen.SiteResolver { return siteResolver{} }

func (siteResolver) License(ctx context.Context, s *db.Site) (*db.License, error) {
	return need(ctx, auth.LicensesRead, s.License)
}

type siteAction struct{}

// SiteAction returns the resolvers of an action's edges.
func (r *Resolver) SiteAction() gen.SiteActionResolver { return siteAction{} }

func (siteAction) Site(ctx context.Context, a *db.SiteAction) (*db.Site, error) {
	return need(ctx, auth.SitesRead, a.Site)
}
