package catalog

import (
	"context"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/product"
	"github.com/licethq/licet/ent/db/release"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/store"
)

// UpdateCheckInput says which product's update is wanted, and with which key.
type UpdateCheckInput struct {
	ProductSlug string
	LicenseKey  string
}

// UpdateOffer is the newest release and whether the license may have it.
type UpdateOffer struct {
	Entitled bool
	Code     licensing.VerdictCode
	Message  string
	Product  *ProductCard
	Release  *ReleaseCard // nil while nothing is published
}

// ProductCard is what the holder of a license key may know about a product.
type ProductCard struct {
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

// ReleaseCard is what the holder of a license key may know about a release.
type ReleaseCard struct {
	Version         string
	Requires        string
	Tested          string
	RequiresPhp     string
	RequiresPlugins []string
	Changelog       string
	PublishedAt     time.Time
}

// Download describes a file that may be downloaded. Files.Open opens FileID.
type Download struct {
	FileID      string
	Filename    string
	Version     string
	Size        int64
	Sha256      string
	Md5         string
	PublishedAt time.Time
}

// UpdateCheck offers the newest published release of a product. Needs
// updates:read. PRODUCT_NOT_FOUND; a bad license is an answer. Three statements:
// product, license, newest release.
func (s *Service) UpdateCheck(ctx context.Context, in UpdateCheckInput) (*UpdateOffer, error) {
	pr, verdict, newest, err := s.newest(ctx, in)
	if err != nil {
		return nil, err
	}
	offer := &UpdateOffer{
		Entitled: verdict.Valid(), Code: verdict, Message: verdict.Message(),
		Product: &ProductCard{
			Type: pr.Type, Slug: pr.Slug, Name: pr.Name, Description: pr.Description, Homepage: pr.Homepage,
			Author: pr.Author, AuthorHomepage: pr.AuthorHomepage, IconSvg: pr.IconSvg, Icon1x: pr.Icon1x, Icon2x: pr.Icon2x,
			BannerLow: pr.BannerLow, BannerHigh: pr.BannerHigh,
		},
	}
	if newest != nil {
		offer.Release = &ReleaseCard{
			Version: newest.Version, Requires: newest.Requires, Tested: newest.Tested, RequiresPhp: newest.RequiresPhp,
			RequiresPlugins: newest.RequiresPlugins, Changelog: newest.Changelog, PublishedAt: *newest.PublishedAt,
		}
	}
	return offer, nil
}

// Download authorizes the download of the newest published release. Needs
// updates:read. PRODUCT_NOT_FOUND, then the refusals of the verdict, then
// RELEASE_NOT_FOUND. Three statements, as UpdateCheck.
func (s *Service) Download(ctx context.Context, in UpdateCheckInput) (*Download, error) {
	pr, verdict, newest, err := s.newest(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := verdict.Fault(); err != nil {
		return nil, err
	}
	if newest == nil {
		return nil, fault.Newf(fault.ReleaseNotFound, "No release of this product has been published yet.")
	}
	return &Download{
		FileID: newest.Sha256, Filename: pr.Slug + "-" + newest.Version + ".zip", Version: newest.Version,
		Size: newest.Size, Sha256: newest.Sha256, Md5: newest.Md5, PublishedAt: *newest.PublishedAt,
	}, nil
}

func (s *Service) newest(ctx context.Context, in UpdateCheckInput) (*db.Product, licensing.VerdictCode, *db.Release, error) {
	p, err := auth.Require(ctx, auth.UpdatesRead)
	if err != nil {
		return nil, "", nil, err
	}
	if in.ProductSlug == "" {
		return nil, "", nil, fault.Missing("productSlug")
	}
	if len(in.ProductSlug) > 100 || !slugShape.MatchString(in.ProductSlug) {
		return nil, "", nil, fault.New(fault.ProductNotFound)
	}
	client := s.store.DB(ctx)
	q := client.Product.Query().Where(product.Slug(in.ProductSlug))
	if !p.Keyless() {
		q.Where(product.AccountID(p.AccountID))
	}
	pr, err := store.First(q.Only(ctx))
	if err != nil {
		return nil, "", nil, err
	}
	if pr == nil {
		return nil, "", nil, fault.New(fault.ProductNotFound)
	}
	verdict, err := s.licensing.Entitle(ctx, in.LicenseKey, pr.ID)
	if err != nil {
		return nil, "", nil, err
	}
	newest, err := store.First(client.Release.Query().
		Where(release.ProductID(pr.ID), release.StatusEQ(release.StatusPUBLISHED)).
		Order(release.ByVersionKey(entsql.OrderDesc())).First(ctx))
	return pr, verdict, newest, err
}
