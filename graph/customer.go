package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/licensing"
)

func (r query) Customers(ctx context.Context, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.CustomerOrder, filter *licensing.CustomerFilter) (*db.CustomerConnection, error) {
	q, err := r.services.Licensing.Customers(ctx, filter)
	if err != nil {
		return nil, err
	}
	return q.Paginate(ctx, after, first, before, last, db.WithCustomerOrder(orderBy))
}

func (r mutation) CreateCustomer(ctx context.Context, input licensing.CustomerInput) (*gen.CustomerPayload, error) {
	c, err := r.services.Licensing.CreateCustomer(ctx, input)
	if err != nil {
		return nil, err
	}
	return &gen.CustomerPayload{Customer: c}, nil
}

type customer struct{}

// Customer returns the resolvers of a customer's edges.
func (r *Resolver) Customer() gen.CustomerResolver { return customer{} }

func (customer) Licenses(ctx context.Context, c *db.Customer, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.LicenseOrder) (*db.LicenseConnection, error) {
	return need(ctx, auth.LicensesRead, func(ctx context.Context) (*db.LicenseConnection, error) {
		return c.Licenses(ctx, after, first, before, last, orderBy)
	})
}
