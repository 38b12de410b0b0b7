package catalog

import (
	"context"
	"encoding/hex"
	"io"
	"strings"

	"github.com/licethq/licet/ent/db"
	entevent "github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/ent/db/product"
	"github.com/licethq/licet/ent/db/release"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/phpversion"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/text"
)

const maxChangelog = 20_000

// NewRelease is a zip to keep, and what its header does not say.
type NewRelease struct {
	File      io.Reader
	Changelog string
	Version   string // apps only: plugins and themes carry it in their header
	Publish   bool   // otherwise it stays a draft
}

// ReleaseFilter narrows a list of releases; zero fields do not.
type ReleaseFilter struct {
	ProductID string
	Status    *release.Status
	Version   string
}

// CreateRelease receives a zip, inspects it, and keeps it as a draft or
// published release of the product that its top folder names. Needs
// releases:write. ARCHIVE_INVALID with what is wrong, TOO_LARGE,
// PRODUCT_NOT_FOUND, ALREADY_EXISTS for a version that compares equal to one
// that is there. After an error no release remains, nor its file but in the
// rare case that the comment below names.
func (s *Service) CreateRelease(ctx context.Context, in NewRelease) (*db.Release, error) {
	p, err := auth.RequireLive(ctx, auth.ReleasesWrite)
	if err != nil {
		return nil, err
	}
	if in.Changelog, err = text.Block("changelog", in.Changelog, maxChangelog); err != nil {
		return nil, err
	}
	if in.File == nil {
		return nil, fault.Missing("file")
	}
	upload, err := s.files.Receive(in.File, MaxArchive)
	if err != nil {
		return nil, err
	}
	defer upload.Discard()
	manifest, err := Inspect(upload, upload.Size)
	if err != nil {
		return nil, err
	}
	version, err := versionOf(manifest, in.Version)
	if err != nil {
		return nil, err
	}
	owner, err := store.First(s.productsOf(ctx, p).Where(product.Slug(manifest.Slug)).Only(ctx))
	if err != nil {
		return nil, err
	}
	if owner == nil {
		return nil, &fault.Error{Code: fault.ProductNotFound, Field: "file", Message: "There is no product with the slug '" + manifest.Slug + "', which is the zip's top folder. Create it first, or rename the folder."}
	}
	if string(owner.Type) != manifest.Type {
		return nil, &fault.Error{Code: fault.ArchiveInvalid, Field: "file", Message: "The product is a " + strings.ToLower(string(owner.Type)) + ", but the zip holds a " + strings.ToLower(manifest.Type) + "."}
	}
	taken, err := s.store.DB(ctx).Release.Query().
		Where(release.ProductID(owner.ID), release.VersionKey(versionKey(version))).Exist(ctx)
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, versionTaken(version)
	}
	// Kept before the row is committed, so that no acknowledged release lacks
	// its file. A file whose row is then refused, because the same version came
	// at the same time or the database went away, stays and does no harm: the
	// next upload of the same bytes takes its place.
	if err := upload.Keep(); err != nil {
		return nil, err
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.Release, error) {
		return s.insertRelease(ctx, p, owner, manifest, version, upload.Blob, in)
	})
}

func (s *Service) insertRelease(ctx context.Context, p auth.Principal, owner *db.Product, m Manifest, version string, blob Blob, in NewRelease) (*db.Release, error) {
	now := s.store.Now()
	create := s.store.DB(ctx).Release.Create().
		SetID(s.store.NewID("rel")).SetCreatedAt(now).SetAccountID(p.AccountID).SetProductID(owner.ID).
		SetVersion(version).SetVersionKey(versionKey(version)).SetStatus(release.StatusDRAFT).
		SetName(clip(m.Name, 200)).SetRequires(clip(m.Requires, 40)).SetTested(clip(m.Tested, 40)).SetRequiresPhp(clip(m.RequiresPHP, 40)).
		SetRequiresPlugins(append([]string{}, m.RequiresPlugins...)).SetChangelog(in.Changelog).
		SetSha256(blob.SHA256).SetMd5(blob.MD5).SetSize(blob.Size)
	if in.Publish {
		create.SetStatus(release.StatusPUBLISHED).SetPublishedAt(now)
	}
	r, err := create.Save(ctx)
	if store.Duplicate(err) == "releases(product_id,version_key)" {
		return nil, versionTaken(version)
	}
	if err != nil {
		return nil, err
	}
	events := []event.Entry{releaseEvent(entevent.TypeRELEASE_CREATED, r, "")}
	if in.Publish {
		events = append(events, releaseEvent(entevent.TypeRELEASE_PUBLISHED, r, ""))
	}
	return r, event.Record(ctx, s.store, events...)
}

func versionKey(version string) string { return hex.EncodeToString(phpversion.Key(version)) }

func versionTaken(version string) error {
	return &fault.Error{Code: fault.AlreadyExists, Field: "file", Message: "Version " + version + " is there already. Give the new one a higher version."}
}

// versionOf returns the version of an archive: the header's, or for an app the
// given one.
func versionOf(m Manifest, given string) (string, error) {
	if m.Version == "" && given == "" {
		return "", &fault.Error{Code: fault.InputMissing, Field: "version", Message: "This zip has no plugin or theme header: give its version."}
	}
	if m.Version != "" && given != "" {
		return "", fault.Invalid("version", "The zip's header gives the version; leave 'version' out.")
	}
	version, err := phpversion.Normalize(m.Version + given)
	if err != nil {
		code, field := fault.ArchiveInvalid, "file"
		if given != "" {
			code, field = fault.InputInvalid, "version"
		}
		return "", &fault.Error{Code: code, Field: field, Message: "The version cannot be used: " + err.Error() + "."}
	}
	return version, nil
}

// clip shortens what a header says beyond any sense.
func clip(s string, max int) string {
	if len(s) <= max {
		return s
	}
	return strings.ToValidUTF8(s[:max], "")
}

// PublishRelease publishes a draft. Needs releases:write. NOT_FOUND; CONFLICT
// when it was yanked.
func (s *Service) PublishRelease(ctx context.Context, id string) (*db.Release, error) {
	return s.setReleaseStatus(ctx, id, release.StatusPUBLISHED, "")
}

// YankReleaseInput names a release and why it is withdrawn.
type YankReleaseInput struct {
	ID     string
	Reason string
}

// YankRelease withdraws a published release. Needs releases:write. NOT_FOUND;
// CONFLICT for a draft.
func (s *Service) YankRelease(ctx context.Context, in YankReleaseInput) (*db.Release, error) {
	return s.setReleaseStatus(ctx, in.ID, release.StatusYANKED, in.Reason)
}

func (s *Service) setReleaseStatus(ctx context.Context, id string, to release.Status, reason string) (*db.Release, error) {
	p, err := auth.RequireLive(ctx, auth.ReleasesWrite)
	if err != nil {
		return nil, err
	}
	if reason, err = text.Line("reason", reason, 500); err != nil {
		return nil, err
	}
	return store.Tx(ctx, s.store, func(ctx context.Context) (*db.Release, error) {
		r, err := store.First(s.releasesOf(ctx, p).Where(release.ID(id)).Only(ctx))
		if err != nil {
			return nil, err
		}
		now := s.store.Now()
		// Conditional on the status that was read: of two changes at once the
		// second sees what the first one did.
		update := s.store.DB(ctx).Release.Update().Where(release.ID(id)).SetStatus(to)
		happened := entevent.TypeRELEASE_PUBLISHED
		switch {
		case r == nil:
			return nil, fault.Absent("id", "release")
		case r.Status == to:
			return r, nil
		case to == release.StatusPUBLISHED && r.Status == release.StatusDRAFT:
			update.SetPublishedAt(now)
		case to == release.StatusYANKED && r.Status == release.StatusPUBLISHED:
			update.SetYankedAt(now).SetYankReason(reason)
			happened = entevent.TypeRELEASE_YANKED
		case to == release.StatusPUBLISHED:
			return nil, fault.Newf(fault.Conflict, "A yanked release stays yanked. Upload the fix as a higher version.")
		default:
			return nil, fault.Newf(fault.Conflict, "Only a published release can be yanked.")
		}
		changed, err := update.Where(release.StatusEQ(r.Status)).Save(ctx)
		if err != nil {
			return nil, err
		}
		if changed == 0 {
			return nil, store.ErrAgain
		}
		if r, err = s.releasesOf(ctx, p).Where(release.ID(id)).Only(ctx); err != nil {
			return nil, err
		}
		return r, event.Record(ctx, s.store, releaseEvent(happened, r, reason))
	})
}

func releaseEvent(t entevent.Type, r *db.Release, reason string) event.Entry {
	return event.Entry{Type: t, AccountID: r.AccountID, SubjectID: r.ID, Data: event.Data{
		"product_id": r.ProductID, "version": r.Version, "sha256": r.Sha256, "size": r.Size, "reason": reason,
	}}
}

func (s *Service) releasesOf(ctx context.Context, p auth.Principal) *db.ReleaseQuery {
	return s.store.DB(ctx).Release.Query().Where(release.AccountID(p.AccountID))
}

// Releases returns the releases of the account's products. Needs
// products:read.
func (s *Service) Releases(ctx context.Context, f *ReleaseFilter) (*db.ReleaseQuery, error) {
	p, err := auth.RequireAccount(ctx, auth.ProductsRead)
	if err != nil {
		return nil, err
	}
	q := s.releasesOf(ctx, p)
	if f == nil {
		return q, nil
	}
	if f.ProductID != "" {
		q.Where(release.ProductID(f.ProductID))
	}
	if f.Status != nil {
		q.Where(release.StatusEQ(*f.Status))
	}
	if f.Version != "" {
		q.Where(release.Version(f.Version))
	}
	return q, nil
}

// Release returns one release of the account's products, or nil. Needs
// products:read.
func (s *Service) Release(ctx context.Context, id string) (*db.Release, error) {
	q, err := s.Releases(ctx, nil)
	if err != nil {
		return nil, err
	}
	return store.First(q.Where(release.ID(id)).Only(ctx))
}
