package licensing

import (
	"context"
	"strings"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/customer"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// CustomerInput is a customer by e-mail.
type CustomerInput struct {
	Email string
	Name  string
}

// CustomerFilter narrows a list of customers; zero fields do not.
type CustomerFilter struct{ Email string }

// CreateCustomer returns the customer with this e-mail, created if new. Needs
// licenses:write.
func (s *Service) CreateCustomer(ctx context.Context, in CustomerInput) (*db.Customer, error) {
	p, err := auth.RequireAccount(ctx, auth.LicensesWrite)
	if err != nil {
		return nil, err
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.Customer, error) {
		return s.ensureCustomer(ctx, p, in)
	})
}

func (s *Service) ensureCustomer(ctx context.Context, p auth.Principal, in CustomerInput) (*db.Customer, error) {
	email, err := text.Email("email", in.Email)
	if err == nil && email == "" {
		err = fault.Missing("email")
	}
	if err != nil {
		return nil, err
	}
	key := strings.ToLower(email)
	if len(key) > 254 { // a few letters are longer in lower case
		return nil, fault.Invalid("email", "'email' must be at most 254 bytes long.")
	}
	name, err := text.Line("name", in.Name, 200)
	if err != nil {
		return nil, err
	}
	client := s.store.DB(ctx)
	c, err := store.First(s.customersOf(ctx, p).Where(customer.EmailKey(key)).Only(ctx))
	if err != nil || c != nil {
		return c, err
	}
	c, err = client.Customer.Create().
		SetID(s.store.NewID("cus")).SetCreatedAt(s.store.Now()).SetAccountID(p.AccountID).SetTest(p.Test).
		SetEmail(email).SetEmailKey(key).SetName(name).Save(ctx)
	if store.Duplicate(err) != "" {
		return nil, store.ErrAgain // created meanwhile; find it
	}
	if err != nil {
		return nil, err
	}
	return c, event.Record(ctx, s.store, event.Entry{
		Type: entevent.TypeCUSTOMER_CREATED, AccountID: c.AccountID, Test: c.Test, SubjectID: c.ID,
		Data: event.Data{"email": c.Email, "name": c.Name},
	})
}

// customerOf returns the id of the customer that a license is issued to, or nil
// for nobody.
func (s *Service) customerOf(ctx context.Context, p auth.Principal, in IssueLicenseInput) (*string, error) {
	var c *db.Customer
	var err error
	switch {
	case in.Customer != nil:
		c, err = s.ensureCustomer(ctx, p, *in.Customer)
	case in.CustomerID != "":
		c, err = store.First(s.customersOf(ctx, p).Where(customer.ID(in.CustomerID)).Only(ctx))
		if err == nil && c == nil {
			err = fault.Absent("customerId", "customer")
		}
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &c.ID, nil
}

func (s *Service) customersOf(ctx context.Context, p auth.Principal) *db.CustomerQuery {
	return s.store.DB(ctx).Customer.Query().Where(customer.AccountID(p.AccountID), customer.Test(p.Test))
}

// Customers returns the caller's customers. Needs licenses:read.
func (s *Service) Customers(ctx context.Context, f *CustomerFilter) (*db.CustomerQuery, error) {
	p, err := auth.RequireAccount(ctx, auth.LicensesRead)
	if err != nil {
		return nil, err
	}
	q := s.customersOf(ctx, p)
	if f != nil && f.Email != "" {
		q.Where(customer.EmailKey(strings.ToLower(strings.TrimSpace(f.Email))))
	}
	return q, nil
}

// Customer returns one of the caller's customers, or nil. Needs licenses:read.
func (s *Service) Customer(ctx context.Context, id string) (*db.Customer, error) {
	q, err := s.Customers(ctx, nil)
	if err != nil {
		return nil, err
	}
	return store.First(q.Where(customer.ID(id)).Only(ctx))
}
