package account

import (
	"context"
	"encoding/base32"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/apikey"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/secret"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// Authenticate returns the principal of an API key. UNAUTHENTICATED when it is
// unknown, expired or revoked: one answer for all three. Two statements.
func (s *Service) Authenticate(ctx context.Context, token string) (auth.Principal, error) {
	if len(token) > 200 || !strings.Contains(token, "_") {
		return auth.Principal{}, fault.New(fault.Unauthenticated)
	}
	k, err := store.First(s.store.DB(ctx).ApiKey.Query().
		Where(apikey.Hash(s.keeper.Hash(secret.APIKey, token))).WithAccount().Only(ctx))
	if err != nil {
		return auth.Principal{}, err
	}
	if k == nil || k.RevokedAt != nil || (k.ExpiresAt != nil && !k.ExpiresAt.After(s.store.Now())) {
		return auth.Principal{}, fault.New(fault.Unauthenticated)
	}
	return auth.Principal{
		Kind: auth.KindKey, AccountID: k.AccountID, KeyID: k.ID, Secret: k.Kind == apikey.KindSECRET, Test: k.Test,
		PerMinute: PerMinute[k.Edges.Account.Plan], Scopes: Scopes(k), ExpiresAt: k.ExpiresAt,
	}, nil
}

// Scopes returns what a key may do.
func Scopes(k *db.ApiKey) []auth.Scope {
	scopes := make([]auth.Scope, len(k.Scopes))
	for i, name := range k.Scopes {
		scopes[i] = auth.Scope(name)
	}
	return scopes
}

// CreateApiKeyInput describes a new key.
type CreateApiKeyInput struct {
	Name      string
	Kind      apikey.Kind
	Test      bool
	Scopes    []auth.Scope
	ExpiresAt *time.Time
}

// CreateApiKeyPayload holds the only sight of a new key.
type CreateApiKeyPayload struct {
	ApiKey *db.ApiKey
	Token  string
}

// CreateApiKey creates a key. Needs keys:manage. FORBIDDEN when it would grant
// more than the caller has: a secret scope it lacks, live data to a test key, or
// a longer life.
func (s *Service) CreateApiKey(ctx context.Context, in CreateApiKeyInput) (*CreateApiKeyPayload, error) {
	p, err := auth.RequireAccount(ctx, auth.KeysManage)
	if err != nil {
		return nil, err
	}
	if in.Name, err = text.Required("name", in.Name, 200); err != nil {
		return nil, err
	}
	if p.Test && !in.Test {
		return nil, fault.Newf(fault.Forbidden, "A test key can create only test keys: set test to true.")
	}
	if in.Scopes == nil && in.Kind == apikey.KindPUBLISHABLE {
		in.Scopes = auth.PublicScopes
	}
	if len(in.Scopes) == 0 {
		return nil, fault.Missing("scopes")
	}
	for _, scope := range in.Scopes {
		switch {
		case scope.Public():
		case in.Kind == apikey.KindPUBLISHABLE:
			return nil, fault.Invalid("scopes", "A publishable key ships inside plugins and may not hold %s.", scope)
		case !p.Has(scope):
			return nil, fault.Newf(fault.Forbidden, "This API key lacks the scope %s and cannot grant it.", scope)
		}
	}
	if err := text.Future("expiresAt", in.ExpiresAt, s.store.Now()); err != nil {
		return nil, err
	}
	if p.ExpiresAt != nil && (in.ExpiresAt == nil || in.ExpiresAt.After(*p.ExpiresAt)) {
		return nil, fault.Newf(fault.Forbidden, "This API key expires at %s and cannot create one that lives longer: set expiresAt.", p.ExpiresAt.Format(time.RFC3339))
	}
	return s.create(ctx, p.AccountID, in, "")
}

// firstSecretKey gives an account a secret key with every scope: the given
// one, or a new one.
func (s *Service) firstSecretKey(ctx context.Context, a *db.Account, token string) (string, error) {
	created, err := s.create(ctx, a.ID, CreateApiKeyInput{Name: "First secret key", Kind: apikey.KindSECRET, Scopes: auth.AllScopes}, token)
	if err != nil {
		return "", err
	}
	return created.Token, nil
}

func (s *Service) create(ctx context.Context, accountID string, in CreateApiKeyInput, token string) (*CreateApiKeyPayload, error) {
	if token == "" {
		var err error
		if token, err = newToken(s.store.Random(), in.Kind, in.Test); err != nil {
			return nil, err
		}
	}
	names := make([]string, 0, len(in.Scopes))
	for _, scope := range in.Scopes {
		if !slices.Contains(names, string(scope)) {
			names = append(names, string(scope))
		}
	}
	k, err := store.Tx(ctx, s.store, func(ctx context.Context) (*db.ApiKey, error) {
		create := s.store.DB(ctx).ApiKey.Create().
			SetID(s.store.NewID("key")).SetCreatedAt(s.store.Now()).SetAccountID(accountID).SetTest(in.Test).
			SetName(in.Name).SetKind(in.Kind).SetScopes(names).SetHint(hint(token)).
			SetHash(s.keeper.Hash(secret.APIKey, token))
		if in.ExpiresAt != nil {
			create.SetExpiresAt(in.ExpiresAt.UTC().Truncate(time.Microsecond))
		}
		k, err := create.Save(ctx)
		if err != nil {
			return nil, err
		}
		return k, event.Record(ctx, s.store, event.Entry{
			Type: entevent.TypeAPI_KEY_CREATED, AccountID: accountID, Test: k.Test, SubjectID: k.ID,
			Data: event.Data{"name": k.Name, "kind": k.Kind, "hint": k.Hint, "scopes": k.Scopes},
		})
	})
	if err != nil {
		return nil, err
	}
	return &CreateApiKeyPayload{ApiKey: k, Token: token}, nil
}

// RevokeApiKey revokes a key at once and for good. Needs keys:manage.
// NOT_FOUND for a key that the caller cannot see.
func (s *Service) RevokeApiKey(ctx context.Context, id string) (*db.ApiKey, error) {
	if _, err := auth.RequireAccount(ctx, auth.KeysManage); err != nil {
		return nil, err
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.ApiKey, error) {
		k, err := s.ApiKey(ctx, id)
		if err != nil {
			return nil, err
		}
		if k == nil {
			return nil, fault.Absent("id", "API key")
		}
		if k.RevokedAt != nil {
			return k, nil
		}
		changed, err := s.store.DB(ctx).ApiKey.Update().Where(apikey.ID(id), apikey.RevokedAtIsNil()).SetRevokedAt(s.store.Now()).Save(ctx)
		if err != nil {
			return nil, err
		}
		if changed == 0 {
			return nil, store.ErrAgain
		}
		if k, err = s.ApiKey(ctx, id); err != nil {
			return nil, err
		}
		return k, event.Record(ctx, s.store, event.Entry{
			Type: entevent.TypeAPI_KEY_REVOKED, AccountID: k.AccountID, Test: k.Test, SubjectID: k.ID,
			Data: event.Data{"name": k.Name, "hint": k.Hint},
		})
	})
}

// ApiKeys returns the account's keys; a test key sees test keys only. Needs
// keys:manage.
func (s *Service) ApiKeys(ctx context.Context) (*db.ApiKeyQuery, error) {
	p, err := auth.RequireAccount(ctx, auth.KeysManage)
	if err != nil {
		return nil, err
	}
	q := s.store.DB(ctx).ApiKey.Query().Where(apikey.AccountID(p.AccountID))
	if p.Test {
		q.Where(apikey.Test(true))
	}
	return q, nil
}

// ApiKey returns one of the account's keys, or nil. Needs keys:manage.
func (s *Service) ApiKey(ctx context.Context, id string) (*db.ApiKey, error) {
	q, err := s.ApiKeys(ctx)
	if err != nil {
		return nil, err
	}
	return store.First(q.Where(apikey.ID(id)).Only(ctx))
}

var tokenEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newToken returns a key with 160 random bits.
func newToken(random io.Reader, kind apikey.Kind, test bool) (string, error) {
	raw := make([]byte, 20)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", err
	}
	prefix := "pk_"
	if kind == apikey.KindSECRET {
		prefix = "sk_"
	}
	if test {
		prefix += "test_"
	} else {
		prefix += "live_"
	}
	return prefix + tokenEncoding.EncodeToString(raw), nil
}

// hint returns how a key begins and ends.
func hint(token string) string { return token[:len("sk_live_")] + "…" + token[len(token)-4:] }
