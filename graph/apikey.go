package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/account"
	"github.com/licethq/licet/internal/auth"
)

func (r query) Viewer(ctx context.Context) (*account.Viewer, error) {
	return r.services.Accounts.Viewer(ctx)
}

func (r query) APIKeys(ctx context.Context, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.ApiKeyOrder) (*db.ApiKeyConnection, error) {
	q, err := r.services.Accounts.ApiKeys(ctx)
	if err != nil {
		return nil, err
	}
	return q.Paginate(ctx, after, first, before, last, db.WithApiKeyOrder(orderBy))
}

func (r mutation) CreateAPIKey(ctx context.Context, input account.CreateApiKeyInput) (*account.CreateApiKeyPayload, error) {
	return r.services.Accounts.CreateApiKey(ctx, input)
}

func (r mutation) RevokeAPIKey(ctx context.Context, id string) (*gen.APIKeyPayload, error) {
	key, err := r.services.Accounts.RevokeApiKey(ctx, id)
	if err != nil {
		return nil, err
	}
	return &gen.APIKeyPayload{APIKey: key}, nil
}

type apiKey struct{ *Resolver }

// ApiKey returns the resolvers of those fields of ApiKey that need more than
// the row.
func (r *Resolver) ApiKey() gen.ApiKeyResolver { return apiKey{r} }

func (apiKey) Scopes(_ context.Context, k *db.ApiKey) ([]auth.Scope, error) {
	return account.Scopes(k), nil
}
