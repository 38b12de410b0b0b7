package licensing

import (
	"context"

	"github.com/licethq/licet/ent/db"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/ent/db/licensepolicy"
	"github.com/licethq/licet/ent/db/product"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensekey"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

const (
	maxActivationLimit = 1_000_000
	maxDurationDays    = 36_500
)

// CreatePolicyInput describes the terms that licenses are issued under.
type CreatePolicyInput struct {
	ProductID       string
	Name            string
	ActivationLimit *int
	DurationDays    *int
	Identity        licensepolicy.Identity
	KeyFormat       licensepolicy.KeyFormat
	KeyPrefix       string
}

// PolicyFilter narrows a list of policies; zero fields do not.
type PolicyFilter struct{ ProductID string }

// CreatePolicy creates a policy. Needs products:write. NOT_FOUND for a product
// that the caller cannot see.
func (s *Service) CreatePolicy(ctx context.Context, in CreatePolicyInput) (*db.LicensePolicy, error) {
	p, err := auth.RequireLive(ctx, auth.ProductsWrite)
	if err != nil {
		return nil, err
	}
	if in.Name, err = text.Required("name", in.Name, 200); err != nil {
		return nil, err
	}
	if err := checkRange("activationLimit", in.ActivationLimit, maxActivationLimit); err != nil {
		return nil, err
	}
	if err := checkRange("durationDays", in.DurationDays, maxDurationDays); err != nil {
		return nil, err
	}
	prefixed := in.KeyFormat == licensepolicy.KeyFormatPREFIXED
	if prefixed && !licensekey.ValidPrefix(in.KeyPrefix) {
		return nil, fault.Invalid("keyPrefix", "'keyPrefix' must be 2 to 8 capital letters and digits for PREFIXED keys.")
	}
	if !prefixed && in.KeyPrefix != "" {
		return nil, fault.Invalid("keyPrefix", "'keyPrefix' goes with the key format PREFIXED only.")
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.LicensePolicy, error) {
		client := s.store.DB(ctx)
		known, err := client.Product.Query().Where(product.ID(in.ProductID), product.AccountID(p.AccountID)).Exist(ctx)
		if err != nil {
			return nil, err
		}
		if !known {
			return nil, fault.Absent("productId", "product")
		}
		policy, err := client.LicensePolicy.Create().
			SetID(s.store.NewID("pol")).SetCreatedAt(s.store.Now()).SetAccountID(p.AccountID).SetProductID(in.ProductID).
			SetName(in.Name).SetNillableActivationLimit(in.ActivationLimit).SetNillableDurationDays(in.DurationDays).
			SetIdentity(in.Identity).SetKeyFormat(in.KeyFormat).SetKeyPrefix(in.KeyPrefix).Save(ctx)
		if err != nil {
			return nil, err
		}
		return policy, event.Record(ctx, s.store, event.Entry{
			Type: entevent.TypePOLICY_CREATED, AccountID: p.AccountID, SubjectID: policy.ID,
			Data: event.Data{"product_id": policy.ProductID, "name": policy.Name, "activation_limit": policy.ActivationLimit, "duration_days": policy.DurationDays},
		})
	})
}

// Policies returns the account's policies. Needs products:read.
func (s *Service) Policies(ctx context.Context, f *PolicyFilter) (*db.LicensePolicyQuery, error) {
	p, err := auth.RequireAccount(ctx, auth.ProductsRead)
	if err != nil {
		return nil, err
	}
	q := s.store.DB(ctx).LicensePolicy.Query().Where(licensepolicy.AccountID(p.AccountID))
	if f != nil && f.ProductID != "" {
		q.Where(licensepolicy.ProductID(f.ProductID))
	}
	return q, nil
}

// Policy returns one of the account's policies, or nil. Needs products:read.
func (s *Service) Policy(ctx context.Context, id string) (*db.LicensePolicy, error) {
	q, err := s.Policies(ctx, nil)
	if err != nil {
		return nil, err
	}
	return store.First(q.Where(licensepolicy.ID(id)).Only(ctx))
}
