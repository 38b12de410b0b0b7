package graph

import (
	"context"
	"regexp"

	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
)

// idShape is a type prefix and a ULID in Crockford's base 32.
var idShape = regexp.MustCompile(`^([a-z]+)_[0-9A-HJKMNP-TV-Z]{26}$`)

const maxNodes = 100

func (r query) Node(ctx context.Context, id string) (gen.Node, error) {
	if err := requireAnyRead(ctx); err != nil {
		return nil, err
	}
	m := idShape.FindStringSubmatch(id)
	if m == nil {
		return nil, nil
	}
	switch m[1] {
	case "lic":
		return node(r.services.Licensing.License(ctx, id))
	case "act":
		return node(r.services.Licensing.Activation(ctx, id))
	case "cus":
		return node(r.services.Licensing.Customer(ctx, id))
	case "pol":
		return node(r.services.Licensing.Policy(ctx, id))
	case "prod":
		return node(r.services.Catalog.Product(ctx, id))
	case "rel":
		return node(r.services.Catalog.Release(ctx, id))
	case "site":
		return node(r.services.Sites.Site(ctx, id))
	case "sact":
		return node(r.services.Sites.SiteAction(ctx, id))
	case "evt":
		return node(r.services.Events.Event(ctx, id))
	case "key":
		return node(r.services.Accounts.ApiKey(ctx, id))
	}
	return nil, nil
}

func (r query) Nodes(ctx context.Context, ids []string) ([]gen.Node, error) {
	if err := requireAnyRead(ctx); err != nil {
		return nil, err
	}
	if len(ids) > maxNodes {
		return nil, fault.Invalid("ids", "'ids' may hold at most %d ids.", maxNodes)
	}
	nodes := make([]gen.Node, len(ids))
	for i, id := range ids {
		n, err := r.Node(ctx, id)
		if err != nil {
			return nil, err
		}
		nodes[i] = n
	}
	return nodes, nil
}

// requireAnyRead refuses callers that could read no node at all. The scope that
// an object's type needs is checked by its getter.
func requireAnyRead(ctx context.Context) error {
	_, err := auth.RequireAccount(ctx, auth.LicensesRead, auth.ProductsRead, auth.SitesRead, auth.EventsRead, auth.KeysManage)
	return err
}

// node keeps a nil row from becoming a Node that is not nil.
func node[T any, P interface {
	*T
	gen.Node
}](row P, err error) (gen.Node, error) {
	if err != nil || row == nil {
		return nil, err
	}
	return row, nil
}
