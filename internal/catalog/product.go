package catalog

import (
	"context"
	"regexp"

	"github.com/licethq/licet/ent/db"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/ent/db/product"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

// CreateProductInput describes a new product.
type CreateProductInput struct {
	Type           product.Type
	Slug           string
	Name           string
	Description    string
	Homepage       string
	Author         string
	AuthorHomepage string
	IconSvg        string
	Icon1x         string
	Icon2x         string
	BannerLow      string
	BannerHigh     string
}

// UpdateProductInput changes how a product is presented; nil leaves a value as
// it is.
type UpdateProductInput struct {
	ID             string
	Name           *string
	Description    *string
	Homepage       *string
	Author         *string
	AuthorHomepage *string
	IconSvg        *string
	Icon1x         *string
	Icon2x         *string
	BannerLow      *string
	BannerHigh     *string
}

// ProductFilter narrows a list of products; zero fields do not.
type ProductFilter struct {
	Slug string
	Type *product.Type
}

var slugShape = regexp.MustCompile(`^[a-z0-9]+(?:[-_][a-z0-9]+)*$`)

const maxDescription = 20_000

// CreateProduct creates a product. Needs products:write. ALREADY_EXISTS when
// the slug is taken by anyone: slugs are unique in the installation.
func (s *Service) CreateProduct(ctx context.Context, in CreateProductInput) (*db.Product, error) {
	p, err := auth.RequireLive(ctx, auth.ProductsWrite)
	if err != nil {
		return nil, err
	}
	if in.Slug == "" {
		return nil, fault.Missing("slug")
	}
	if len(in.Slug) > 100 || !slugShape.MatchString(in.Slug) {
		return nil, fault.Invalid("slug", "'slug' must be 1 to 100 lower-case letters, digits, inner hyphens and underscores, like the plugin's folder.")
	}
	if err := checkPresentation(&in.Name, &in.Description, &in.Author, map[string]*string{
		"homepage": &in.Homepage, "authorHomepage": &in.AuthorHomepage, "iconSvg": &in.IconSvg, "icon1x": &in.Icon1x,
		"icon2x": &in.Icon2x, "bannerLow": &in.BannerLow, "bannerHigh": &in.BannerHigh,
	}); err != nil {
		return nil, err
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.Product, error) {
		now := s.store.Now()
		created, err := s.store.DB(ctx).Product.Create().
			SetID(s.store.NewID("prod")).SetCreatedAt(now).SetUpdatedAt(now).SetAccountID(p.AccountID).
			SetType(in.Type).SetSlug(in.Slug).SetName(in.Name).SetDescription(in.Description).
			SetHomepage(in.Homepage).SetAuthor(in.Author).SetAuthorHomepage(in.AuthorHomepage).
			SetIconSvg(in.IconSvg).SetIcon1x(in.Icon1x).SetIcon2x(in.Icon2x).
			SetBannerLow(in.BannerLow).SetBannerHigh(in.BannerHigh).Save(ctx)
		if store.Duplicate(err) == "products(slug)" {
			return nil, &fault.Error{Code: fault.AlreadyExists, Field: "slug", Message: "This slug is taken. Slugs are unique in the installation."}
		}
		if err != nil {
			return nil, err
		}
		return created, event.Record(ctx, s.store, productEvent(entevent.TypePRODUCT_CREATED, created))
	})
}

// UpdateProduct changes how a product is presented. Needs products:write.
// NOT_FOUND.
func (s *Service) UpdateProduct(ctx context.Context, in UpdateProductInput) (*db.Product, error) {
	p, err := auth.RequireLive(ctx, auth.ProductsWrite)
	if err != nil {
		return nil, err
	}
	if err := checkPresentation(in.Name, in.Description, in.Author, map[string]*string{
		"homepage": in.Homepage, "authorHomepage": in.AuthorHomepage, "iconSvg": in.IconSvg, "icon1x": in.Icon1x,
		"icon2x": in.Icon2x, "bannerLow": in.BannerLow, "bannerHigh": in.BannerHigh,
	}); err != nil {
		return nil, err
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.Product, error) {
		updated, err := store.First(s.productsOf(ctx, p).Where(product.ID(in.ID)).Only(ctx))
		if err != nil {
			return nil, err
		}
		if updated == nil {
			return nil, fault.Absent("id", "product")
		}
		updated, err = updated.Update().SetUpdatedAt(s.store.Now()).
			SetNillableName(in.Name).SetNillableDescription(in.Description).
			SetNillableHomepage(in.Homepage).SetNillableAuthor(in.Author).SetNillableAuthorHomepage(in.AuthorHomepage).
			SetNillableIconSvg(in.IconSvg).SetNillableIcon1x(in.Icon1x).SetNillableIcon2x(in.Icon2x).
			SetNillableBannerLow(in.BannerLow).SetNillableBannerHigh(in.BannerHigh).Save(ctx)
		if err != nil {
			return nil, err
		}
		return updated, event.Record(ctx, s.store, productEvent(entevent.TypePRODUCT_UPDATED, updated))
	})
}

// checkPresentation checks and cleans what a product is presented with; nil
// values are not checked.
func checkPresentation(name, description, author *string, addresses map[string]*string) (err error) {
	if name != nil {
		if *name, err = text.Required("name", *name, 200); err != nil {
			return err
		}
	}
	if description != nil {
		if *description, err = text.Block("description", *description, maxDescription); err != nil {
			return err
		}
	}
	if author != nil {
		if *author, err = text.Line("author", *author, 200); err != nil {
			return err
		}
	}
	for field, address := range addresses {
		if address == nil {
			continue
		}
		if *address, err = text.HTTPURL(field, *address); err != nil {
			return err
		}
	}
	return nil
}

func productEvent(t entevent.Type, row *db.Product) event.Entry {
	return event.Entry{Type: t, AccountID: row.AccountID, SubjectID: row.ID, Data: event.Data{"slug": row.Slug, "name": row.Name, "type": row.Type}}
}

func (s *Service) productsOf(ctx context.Context, p auth.Principal) *db.ProductQuery {
	return s.store.DB(ctx).Product.Query().Where(product.AccountID(p.AccountID))
}

// Products returns the account's products. Needs products:read.
func (s *Service) Products(ctx context.Context, f *ProductFilter) (*db.ProductQuery, error) {
	p, err := auth.RequireAccount(ctx, auth.ProductsRead)
	if err != nil {
		return nil, err
	}
	q := s.productsOf(ctx, p)
	if f != nil && f.Slug != "" {
		q.Where(product.Slug(f.Slug))
	}
	if f != nil && f.Type != nil {
		q.Where(product.TypeEQ(*f.Type))
	}
	return q, nil
}

// Product returns one of the account's products, or nil. Needs products:read.
func (s *Service) Product(ctx context.Context, id string) (*db.Product, error) {
	q, err := s.Products(ctx, nil)
	if err != nil {
		return nil, err
	}
	return store.First(q.Where(product.ID(id)).Only(ctx))
}
