// Package account holds accounts and their API keys, and tells who is calling.
package account

import (
	"context"
	"crypto/subtle"
	"errors"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/account"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/secret"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// PerMinute is how many requests a minute each API key may make, by the
// account's plan (ProxGate's API reference).
var PerMinute = map[account.Plan]int{
	account.PlanSTART:      100,
	account.PlanPRO:        1_000,
	account.PlanENTERPRISE: 10_000,
}

// Service manages accounts and API keys.
type Service struct {
	store  *store.Store
	keeper *secret.Keeper
}

// NewService returns the account service.
func NewService(s *store.Store, k *secret.Keeper) *Service { return &Service{store: s, keeper: k} }

// Viewer is the caller as it sees itself.
type Viewer struct {
	AccountID         string
	AccountName       string
	Plan              account.Plan
	ApiKeyID          string
	Test              bool
	Scopes            []auth.Scope
	RequestsPerMinute int
}

// Viewer returns the account and key behind the request. Any API key may ask.
func (s *Service) Viewer(ctx context.Context) (*Viewer, error) {
	p, err := auth.Authenticated(ctx)
	if err != nil {
		return nil, err
	}
	a, err := s.store.DB(ctx).Account.Get(ctx, p.AccountID)
	if err != nil {
		return nil, err
	}
	return &Viewer{
		AccountID: a.ID, AccountName: a.Name, Plan: a.Plan, ApiKeyID: p.KeyID, Test: p.Test,
		Scopes: p.Scopes, RequestsPerMinute: PerMinute[a.Plan],
	}, nil
}

// installationID is the key of the one row that says which master key belongs
// to the database.
const installationID = "installation"

var errOtherMasterKey = errors.New("this database was made with another master key: set LICET_MASTER_KEY to that one, or put its file back into the data directory; without it no license key can be found or shown")

// Bootstrap ties an empty database to the master key and creates the first
// account with a secret key, which it returns: the given one, or a new one. On
// a database that has its account it returns "" and only checks the master key.
func (s *Service) Bootstrap(ctx context.Context, secretKey string) (string, error) {
	token := ""
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		client := s.store.DB(ctx)
		token = ""
		row, err := store.First(client.Installation.Get(ctx, installationID))
		if err != nil {
			return err
		}
		if row != nil {
			return s.matches(row)
		}
		err = client.Installation.Create().SetID(installationID).SetCreatedAt(s.store.Now()).SetMasterKeyCheck(s.keyCheck()).Exec(ctx)
		if store.Duplicate(err) != "" {
			return store.ErrAgain // another process was first
		}
		if err != nil {
			return err
		}
		a, err := s.Create(ctx, "First account", account.PlanENTERPRISE)
		if err != nil {
			return err
		}
		token, err = s.firstSecretKey(ctx, a, secretKey)
		return err
	})
	return token, err
}

// CheckMasterKey refuses a database that belongs to another master key. One
// that has no account yet belongs to none.
func (s *Service) CheckMasterKey(ctx context.Context) error {
	row, err := store.First(s.store.DB(ctx).Installation.Get(ctx, installationID))
	if err != nil || row == nil {
		return err
	}
	return s.matches(row)
}

func (s *Service) keyCheck() string { return s.keeper.Hash(secret.Check, "licet") }

func (s *Service) matches(row *db.Installation) error {
	if subtle.ConstantTimeCompare([]byte(row.MasterKeyCheck), []byte(s.keyCheck())) != 1 {
		return errOtherMasterKey
	}
	return nil
}

// Create creates an account. It is for the operator and the server itself: no
// API reaches it.
func (s *Service) Create(ctx context.Context, name string, plan account.Plan) (*db.Account, error) {
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.Account, error) {
		a, err := s.store.DB(ctx).Account.Create().
			SetID(s.store.NewID("acc")).SetCreatedAt(s.store.Now()).SetName(name).SetPlan(plan).Save(ctx)
		if err != nil {
			return nil, err
		}
		return a, event.Record(ctx, s.store, event.Entry{
			Type: entevent.TypeACCOUNT_CREATED, AccountID: a.ID, SubjectID: a.ID,
			Data: event.Data{"name": name, "plan": plan},
		})
	})
}

// CreateWithKey creates an account and a secret key with every scope, which it
// returns. INPUT_INVALID for an unknown plan. As Create, it is for the operator.
func (s *Service) CreateWithKey(ctx context.Context, name, plan string) (token string, err error) {
	if name, err = text.Required("name", name, 200); err != nil {
		return "", err
	}
	if account.PlanValidator(account.Plan(plan)) != nil {
		return "", fault.Invalid("plan", "The plan must be START, PRO or ENTERPRISE.")
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		a, err := s.Create(ctx, name, account.Plan(plan))
		if err != nil {
			return err
		}
		token, err = s.firstSecretKey(ctx, a, "")
		return err
	})
	return token, err
}

// Find returns the account with this id or name, and the oldest one for "".
// NOT_FOUND if there is none. It is for the operator: no API reaches it.
func (s *Service) Find(ctx context.Context, idOrName string) (*db.Account, error) {
	q := s.store.DB(ctx).Account.Query().Order(account.ByCreatedAt(), account.ByID())
	if idOrName != "" {
		q.Where(account.Or(account.ID(idOrName), account.Name(idOrName)))
	}
	a, err := store.First(q.First(ctx))
	if err != nil {
		return nil, err
	}
	if a == nil && idOrName == "" {
		return nil, fault.Newf(fault.NotFound, "There is no account yet: start the server once.")
	}
	if a == nil {
		return nil, fault.Newf(fault.NotFound, "There is no account %q.", idOrName)
	}
	return a, nil
}
