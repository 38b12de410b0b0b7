package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/catalog"
)

func (r query) Products(ctx context.Context, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.ProductOrder, filter *catalog.ProductFilter) (*db.ProductConnection, error) {
	q, err := r.services.Catalog.Products(ctx, filter)
	if err != nil {
		return nil, err
	}
	return q.Paginate(ctx, after, first, before, last, db.WithProductOrder(orderBy))
}

func (r mutation) CreateProduct(ctx context.Context, input catalog.CreateProductInput) (*gen.ProductPayload, error) {
	return productPayload(r.services.Catalog.CreateProduct(ctx, input))
}

func (r mutation) UpdateProduct(ctx context.Context, input catalog.UpdateProductInput) (*gen.ProductPayload, error) {
	return productPayload(r.services.Catalog.UpdateProduct(ctx, input))
}

func productPayload(p *db.Product, err error) (*gen.ProductPayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.ProductPayload{Product: p}, nil
}

type product struct{}

// Product returns the resolvers of a product's edges.
func (r *Resolver) Product() gen.ProductResolver { return product{} }

func (product) Policies(ctx context.Context, p *db.Product, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.LicensePolicyOrder) (*db.LicensePolicyConnection, error) {
	return need(ctx, auth.ProductsRead, func(ctx context.Context) (*db.LicensePolicyConnection, error) {
		return p.Policies(ctx, after, first, before, last, orderBy)
	})
}

func (product) Releases(ctx context.Context, p *db.Product, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.ReleaseOrder) (*db.ReleaseConnection, error) {
	return need(ctx, auth.ProductsRead, func(ctx context.Context) (*db.ReleaseConnection, error) {
		return p.Releases(ctx, after, first, before, last, orderBy)
	})
}
