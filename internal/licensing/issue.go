package licensing

import (
	"context"
	"time"

	"github.com/licethq/licet/ent/db"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/ent/db/license"
	"github.com/licethq/licet/ent/db/licensepolicy"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensekey"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// IssueLicenseInput describes a new license: its policy, and what differs.
type IssueLicenseInput struct {
	PolicyID        string
	CustomerID      string
	Customer        *CustomerInput
	Key             *string
	ActivationLimit *int
	Unlimited       bool
	StartsAt        *time.Time
	ExpiresAt       *time.Time
	Lifetime        bool
	OrderReference  string
}

// IssueLicensePayload is a new license with its key.
type IssueLicensePayload struct {
	License *db.License
	Key     string
}

// IssueLicense issues a license. Needs licenses:write. The policy's terms are
// copied, so that what a customer bought does not change later. NOT_FOUND for
// a policy or customer that the caller cannot see, ALREADY_EXISTS for an
// imported key that is taken, INPUT_INVALID with the field at fault.
func (s *Service) IssueLicense(ctx context.Context, in IssueLicenseInput) (*IssueLicensePayload, error) {
	p, err := auth.RequireAccount(ctx, auth.LicensesWrite)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if in.OrderReference, err = text.Line("orderReference", in.OrderReference, 200); err != nil {
		return nil, err
	}
	key := ""
	l, err := store.Tx(ctx, s.store, func(ctx context.Context) (*db.License, error) {
		policy, err := store.First(s.store.DB(ctx).LicensePolicy.Query().
			Where(licensepolicy.ID(in.PolicyID), licensepolicy.AccountID(p.AccountID)).Only(ctx))
		if err != nil {
			return nil, err
		}
		if policy == nil {
			return nil, fault.Absent("policyId", "policy")
		}
		customerID, err := s.customerOf(ctx, p, in)
		if err != nil {
			return nil, err
		}
		if in.Key != nil {
			key = *in.Key
		} else if key, err = licensekey.Generate(s.store.Random(), licensekey.Format(policy.KeyFormat), policy.KeyPrefix); err != nil {
			return nil, err
		}
		return s.create(ctx, p, policy, customerID, key, in)
	})
	if err != nil {
		return nil, err
	}
	return &IssueLicensePayload{License: l, Key: key}, nil
}

func (in IssueLicenseInput) check() error {
	switch {
	case in.PolicyID == "":
		return fault.Missing("policyId")
	case in.CustomerID != "" && in.Customer != nil:
		return fault.Invalid("customer", "Give 'customerId' or 'customer', not both.")
	case in.Unlimited && in.ActivationLimit != nil:
		return fault.Invalid("unlimited", "Give 'activationLimit' or 'unlimited', not both.")
	case in.Lifetime && in.ExpiresAt != nil:
		return fault.Invalid("lifetime", "Give 'expiresAt' or 'lifetime', not both.")
	case in.StartsAt != nil && in.ExpiresAt != nil && !in.StartsAt.Before(*in.ExpiresAt):
		return fault.Invalid("expiresAt", "'expiresAt' must lie after 'startsAt'.")
	}
	if in.Key != nil {
		if err := licensekey.Check(*in.Key); err != nil {
			return fault.Invalid("key", "'key' cannot be one: %s.", err)
		}
	}
	if err := text.Moment("startsAt", in.StartsAt); err != nil {
		return err
	}
	if err := text.Moment("expiresAt", in.ExpiresAt); err != nil {
		return err
	}
	return checkRange("activationLimit", in.ActivationLimit, maxActivationLimit)
}

func (s *Service) create(ctx context.Context, p auth.Principal, policy *db.LicensePolicy, customerID *string, key string, in IssueLicenseInput) (*db.License, error) {
	now := s.store.Now()
	starts, expires := term(policy, in, now)
	if text.Moment("startsAt", expires) != nil {
		return nil, fault.Invalid("startsAt", "'startsAt' is so late that the license would end after the year 9998.")
	}
	limit := policy.ActivationLimit
	if in.ActivationLimit != nil {
		limit = in.ActivationLimit
	}
	if in.Unlimited {
		limit = nil
	}
	order := store.EndOfTime
	if expires != nil {
		order = *expires
	}
	id := s.store.NewID("lic")
	l, err := s.store.DB(ctx).License.Create().
		SetID(id).SetCreatedAt(now).SetUpdatedAt(now).SetAccountID(p.AccountID).SetTest(p.Test).
		SetProductID(policy.ProductID).SetPolicyID(policy.ID).SetNillableCustomerID(customerID).
		SetKeyHash(s.hashKey(key)).SetKeyCipher(s.keeper.Seal(id, key)).SetKeyHint(licensekey.Hint(key)).
		SetStatus(license.StatusACTIVE).SetNillableActivationLimit(limit).
		SetStartsAt(starts).SetNillableExpiresAt(expires).SetExpiresOrder(order).
		SetOrderReference(in.OrderReference).Save(ctx)
	if store.Duplicate(err) == "licenses(key_hash)" {
		if in.Key == nil {
			return nil, store.ErrAgain // 80 random bits met twice; draw again
		}
		return nil, &fault.Error{Code: fault.AlreadyExists, Field: "key", Message: "This license key is taken."}
	}
	if err != nil {
		return nil, err
	}
	return l, event.Record(ctx, s.store, licenseEvent(entevent.TypeLICENSE_CREATED, l, event.Data{
		"product_id": l.ProductID, "policy_id": l.PolicyID, "customer_id": l.CustomerID, "key_hint": l.KeyHint,
		"activation_limit": l.ActivationLimit, "expires_at": l.ExpiresAt, "order_reference": l.OrderReference,
	}))
}

// term returns from when to when a license is valid, in whole seconds, which
// is what every surface can show. An imported license that has expired already
// also started in the past.
func term(policy *db.LicensePolicy, in IssueLicenseInput, now time.Time) (starts time.Time, expires *time.Time) {
	starts = now.Truncate(time.Second)
	if in.StartsAt != nil {
		starts = in.StartsAt.UTC().Truncate(time.Second)
	}
	switch {
	case in.ExpiresAt != nil:
		end := in.ExpiresAt.UTC().Truncate(time.Second)
		expires = &end
		if in.StartsAt == nil && end.Before(starts) {
			starts = end
		}
	case !in.Lifetime && policy.DurationDays != nil:
		end := starts.AddDate(0, 0, *policy.DurationDays)
		expires = &end
	}
	return starts, expires
}

func licenseEvent(t entevent.Type, l *db.License, data event.Data) event.Entry {
	return event.Entry{Type: t, AccountID: l.AccountID, Test: l.Test, SubjectID: l.ID, LicenseID: l.ID, Data: data}
}

func checkRange(field string, n *int, max int) error {
	if n != nil && (*n < 1 || *n > max) {
		return fault.Invalid(field, "'%s' must be between 1 and %d.", field, max)
	}
	return nil
}
