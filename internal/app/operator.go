package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/apikey"
	"github.com/licethq/licet/ent/db/licensepolicy"
	"github.com/licethq/licet/ent/db/product"
	"github.com/licethq/licet/internal/account"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/internal/config"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/store"
)

// Operator is a person at the command line, acting on one account and mode.
// Commands go through the same domain methods as every API, so they are safe
// beside a running server.
type Operator struct {
	app *App
	ctx context.Context // an Operator lives for one command
}

// As opens licet for one command, runs it as the operator of an account (by id
// or name; the first one for ""), and closes it.
func As(ctx context.Context, c config.Config, accountName string, test bool, command func(*Operator) error) (err error) {
	if err := c.Complete(); err != nil {
		return fmt.Errorf("the configuration needs attention:\n%w", err)
	}
	// A command works on what the server made; in the wrong place it must not
	// begin anew.
	if _, err := os.Stat(c.DataDir); err != nil {
		return fmt.Errorf("the data directory %s cannot be read: give the server's with --data-dir, or start the server once: %w", c.DataDir, err)
	}
	if _, err := os.Stat(filepath.Join(c.DataDir, masterKeyFile)); err != nil && c.MasterKey == "" {
		return fmt.Errorf("there is no master key: give the server's data directory with --data-dir, or set LICET_MASTER_KEY; start the server once if it never ran: %w", err)
	}
	a, err := Open(ctx, c, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	pending, err := a.store.Pending(ctx)
	if err != nil {
		return err
	}
	if pending > 0 {
		return fmt.Errorf("the database is not up to date: run 'licet migrate' or start the server once")
	}
	if err := a.services.Accounts.CheckMasterKey(ctx); err != nil {
		return err
	}
	owner, err := a.services.Accounts.Find(ctx, accountName)
	if err != nil {
		return people(err)
	}
	return people(command(&Operator{app: a, ctx: auth.With(ctx, auth.Operator(owner.ID, test))}))
}

// CreateAccount creates an account on the configured database and returns its
// secret key, the only time it can be seen.
func CreateAccount(ctx context.Context, c config.Config, name, plan string) (token string, err error) {
	err = As(ctx, c, "", false, func(o *Operator) error {
		token, err = o.app.CreateAccount(o.ctx, name, plan)
		return err
	})
	return token, err
}

// people says an error without its code.
func people(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return errors.New(f.Message)
	}
	return err
}

// NewKey describes an API key to create. Scopes may be empty: every scope the
// kind may hold.
type NewKey struct {
	Name      string
	Secret    bool
	Test      bool
	Scopes    []string
	ExpiresIn time.Duration // 0: never
}

// CreateKey creates an API key and returns it with its id.
func (o *Operator) CreateKey(k NewKey) (id, token string, err error) {
	in := account.CreateApiKeyInput{Name: k.Name, Kind: apikey.KindPUBLISHABLE, Test: k.Test, Scopes: auth.PublicScopes}
	if k.Secret {
		in.Kind, in.Scopes = apikey.KindSECRET, auth.AllScopes
	}
	if len(k.Scopes) > 0 {
		in.Scopes = nil
		for _, name := range k.Scopes {
			scope := auth.Scope(strings.TrimSpace(name))
			if !scope.Valid() {
				return "", "", fmt.Errorf("there is no scope %q; the scopes are %v", name, auth.AllScopes)
			}
			in.Scopes = append(in.Scopes, scope)
		}
	}
	if k.ExpiresIn > 0 {
		end := o.app.store.Now().Add(k.ExpiresIn)
		in.ExpiresAt = &end
	}
	created, err := o.app.services.Accounts.CreateApiKey(o.ctx, in)
	if err != nil {
		return "", "", err
	}
	return created.ApiKey.ID, created.Token, nil
}

// Keys returns the account's API keys, a line each, oldest first.
func (o *Operator) Keys() ([]string, error) {
	q, err := o.app.services.Accounts.ApiKeys(o.ctx)
	if err != nil {
		return nil, err
	}
	keys, err := q.Order(apikey.ByCreatedAt(), apikey.ByID()).All(o.ctx)
	if err != nil {
		return nil, err
	}
	lines := make([]string, len(keys))
	for i, k := range keys {
		state := "valid"
		switch {
		case k.RevokedAt != nil:
			state = "revoked"
		case k.ExpiresAt != nil && !k.ExpiresAt.After(o.app.store.Now()):
			state = "expired"
		}
		lines[i] = fmt.Sprintf("%s  %s  %-8s  %s  [%s]", k.ID, k.Hint, state, k.Name, strings.Join(k.Scopes, " "))
	}
	return lines, nil
}

// RevokeKey revokes an API key for good.
func (o *Operator) RevokeKey(id string) error {
	_, err := o.app.services.Accounts.RevokeApiKey(o.ctx, id)
	return err
}

// NewLicense describes a license to issue.
type NewLicense struct {
	Product   string // slug
	Policy    string // name or id; may be empty when the product has one policy
	Email     string // may be empty
	Key       string // an existing key to import; generated if empty
	Limit     int    // 0: the policy's
	Unlimited bool
	Expires   string // a date such as 2027-01-31, "never", or empty: the policy's
	Order     string
}

// IssueLicense issues a license and returns its id and key.
func (o *Operator) IssueLicense(n NewLicense) (id, key string, err error) {
	policy, err := o.policy(n.Product, n.Policy)
	if err != nil {
		return "", "", err
	}
	in := licensing.IssueLicenseInput{PolicyID: policy, Unlimited: n.Unlimited, OrderReference: n.Order}
	if n.Key != "" {
		in.Key = &n.Key
	}
	if n.Email != "" {
		in.Customer = &licensing.CustomerInput{Email: n.Email}
	}
	if n.Limit != 0 {
		in.ActivationLimit = &n.Limit
	}
	switch n.Expires {
	case "":
	case "never":
		in.Lifetime = true
	default:
		end, err := time.Parse(time.DateOnly, n.Expires)
		if err != nil {
			return "", "", fmt.Errorf("%q is not a date such as 2027-01-31, nor 'never'", n.Expires)
		}
		in.ExpiresAt = &end
	}
	issued, err := o.app.services.Licensing.IssueLicense(o.ctx, in)
	if err != nil {
		return "", "", err
	}
	return issued.License.ID, issued.Key, nil
}

func (o *Operator) policy(slug, nameOrID string) (string, error) {
	products, err := o.app.services.Catalog.Products(o.ctx, &catalog.ProductFilter{Slug: slug})
	if err != nil {
		return "", err
	}
	p, err := store.First(products.Where(product.Slug(slug)).Only(o.ctx))
	if err != nil {
		return "", err
	}
	if p == nil {
		return "", fmt.Errorf("there is no product %q in this account", slug)
	}
	policies, err := o.app.services.Licensing.Policies(o.ctx, &licensing.PolicyFilter{ProductID: p.ID})
	if err != nil {
		return "", err
	}
	if nameOrID != "" {
		policies.Where(licensepolicy.Or(licensepolicy.ID(nameOrID), licensepolicy.Name(nameOrID)))
	}
	found, err := policies.All(o.ctx)
	if err != nil {
		return "", err
	}
	if len(found) == 1 {
		return found[0].ID, nil
	}
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = fmt.Sprintf("%q (%s)", f.Name, f.ID)
	}
	if len(found) == 0 {
		return "", fmt.Errorf("the product %q has no such policy; create one over GraphQL with createPolicy", slug)
	}
	return "", fmt.Errorf("which policy? Choose with --policy: %s", strings.Join(names, ", "))
}

// ShowLicense returns what support staff asks for about a license, by key or id.
func (o *Operator) ShowLicense(keyOrID string) ([]string, error) {
	l, err := o.license(keyOrID)
	if err != nil {
		return nil, err
	}
	p, err := l.Product(o.ctx)
	if err != nil {
		return nil, err
	}
	limit, expires := "unlimited", "never"
	if l.ActivationLimit != nil {
		limit = fmt.Sprint(*l.ActivationLimit)
	}
	if l.ExpiresAt != nil {
		expires = l.ExpiresAt.Format(time.RFC3339)
	}
	lines := []string{
		"id           " + l.ID,
		"key          …" + l.KeyHint,
		"product      " + p.Slug,
		"standing     " + strings.ToLower(string(o.app.services.Licensing.Standing(l))),
		fmt.Sprintf("activations  %d of %s", l.ActivationsUsed, limit),
		"expires      " + expires,
	}
	active := true
	activations, err := o.app.services.Licensing.Activations(o.ctx, &licensing.ActivationFilter{LicenseID: l.ID, Active: &active})
	if err != nil {
		return nil, err
	}
	found, err := activations.All(o.ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range found {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("activated on %s %s %s", a.Domain, a.Fingerprint, a.CreatedAt.Format(time.DateTime))))
	}
	return lines, nil
}

func (o *Operator) license(keyOrID string) (*db.License, error) {
	l, err := o.app.services.Licensing.License(o.ctx, keyOrID)
	if err == nil && l == nil {
		l, err = o.app.services.Licensing.LicenseByKey(o.ctx, keyOrID)
	}
	if err == nil && l == nil {
		err = errors.New("there is no license with this key or id in this account and mode")
	}
	return l, err
}

// SetLicense suspends, reinstates or revokes a license, by key or id.
func (o *Operator) SetLicense(keyOrID, verb, reason string) error {
	l, err := o.license(keyOrID)
	if err != nil {
		return err
	}
	in := licensing.LicenseStatusInput{ID: l.ID, Reason: reason}
	switch verb {
	case "suspend":
		_, err = o.app.services.Licensing.SuspendLicense(o.ctx, in)
	case "reinstate":
		_, err = o.app.services.Licensing.ReinstateLicense(o.ctx, in)
	case "revoke":
		_, err = o.app.services.Licensing.RevokeLicense(o.ctx, in)
	default:
		err = fmt.Errorf("cannot %q a license", verb)
	}
	return err
}

// PublishRelease uploads and publishes a zip. The product comes from the zip's
// top folder, the version from its header, or for an app from version.
func (o *Operator) PublishRelease(path, changelog, version string, draft bool) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	r, err := o.app.services.Catalog.CreateRelease(o.ctx, catalog.NewRelease{File: file, Changelog: changelog, Version: version, Publish: !draft})
	if err != nil {
		return "", err
	}
	p, err := r.Product(o.ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %s (%s, %d bytes, sha256 %s)", p.Slug, r.Version, strings.ToLower(string(r.Status)), r.Size, r.Sha256), nil
}
