package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/internal/fault"
)

func (r query) Releases(ctx context.Context, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.ReleaseOrder, filter *catalog.ReleaseFilter) (*db.ReleaseConnection, error) {
	q, err := r.services.Catalog.Releases(ctx, filter)
	if err != nil {
		return nil, err
	}
	return q.Paginate(ctx, after, first, before, last, db.WithReleaseOrder(orderBy))
}

func (r query) UpdateCheck(ctx context.Context, input catalog.UpdateCheckInput) (*catalog.UpdateOffer, error) {
	return r.services.Catalog.UpdateCheck(ctx, input)
}

func (r query) Download(ctx context.Context, input catalog.UpdateCheckInput) (*catalog.Download, error) {
	return r.services.Catalog.Download(ctx, input)
}

func (r mutation) CreateRelease(ctx context.Context, input gen.CreateReleaseInput) (*gen.ReleasePayload, error) {
	return releasePayload(r.services.Catalog.CreateRelease(ctx, catalog.NewRelease{
		File: input.File.File, Changelog: value(input.Changelog), Version: value(input.Version),
	}))
}

func (r mutation) PublishRelease(ctx context.Context, input gen.PublishReleaseInput) (*gen.ReleasePayload, error) {
	if (input.ID == nil) == (input.File == nil) || input.ID != nil && (input.Changelog != nil || input.Version != nil) {
		if _, err := auth.Require(ctx, auth.ReleasesWrite); err != nil {
			return nil, err
		}
		return nil, fault.Newf(fault.InputInvalid, "Give the 'id' of a draft, or a 'file' with its 'changelog' and 'version'.")
	}
	if input.ID != nil {
		return releasePayload(r.services.Catalog.PublishRelease(ctx, *input.ID))
	}
	return releasePayload(r.services.Catalog.CreateRelease(ctx, catalog.NewRelease{
		File: input.File.File, Changelog: value(input.Changelog), Version: value(input.Version), Publish: true,
	}))
}

func (r mutation) YankRelease(ctx context.Context, input catalog.YankReleaseInput) (*gen.ReleasePayload, error) {
	return releasePayload(r.services.Catalog.YankRelease(ctx, input))
}

func releasePayload(r *db.Release, err error) (*gen.ReleasePayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.ReleasePayload{Release: r}, nil
}

type release struct{}

// Release returns the resolvers of a release's edges.
func (r *Resolver) Release() gen.ReleaseResolver { return release{} }

func (release) Product(ctx context.Context, r *db.Release) (*db.Product, error) {
	return need(ctx, auth.ProductsRead, r.Product)
}
