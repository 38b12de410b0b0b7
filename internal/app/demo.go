package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/licethq/licet/ent/db/apikey"
	"github.com/licethq/licet/ent/db/licensepolicy"
	"github.com/licethq/licet/ent/db/product"
	"github.com/licethq/licet/internal/account"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/site"
)

// Demo is what a demonstration was filled with. It is kept in demo.json in the
// data directory, so that a restart can print it again.
type Demo struct {
	BaseURL               string `json:"base_url"`
	SecretKey             string `json:"secret_key"`
	PublishableKey        string `json:"publishable_key"`
	OtherAccountSecretKey string `json:"other_account_secret_key"`
	ProductSlug           string `json:"product_slug"`
	LicenseKey            string `json:"license_key"`
	LicenseKeyLimit5      string `json:"license_key_limit5"`
	LicenseKeyUnlimited   string `json:"license_key_unlimited"`
	LicenseKeyExpired     string `json:"license_key_expired"`
	LicenseKeySuspended   string `json:"license_key_suspended"`
	LicenseKeyFull        string `json:"license_key_full"`
	ReleaseVersion        string `json:"release_version"`
	ReleaseZip            string `json:"release_zip"`
}

const demoFile = "demo.json"

// FillDemo fills an empty database with a small account, or returns what an
// earlier start filled it with. secretKey is the first account's key if this
// start created it.
func (a *App) FillDemo(ctx context.Context, secretKey string) (*Demo, error) {
	path := filepath.Join(a.config.DataDir, demoFile)
	known, err := os.ReadFile(path)
	if err == nil {
		d := &Demo{}
		if err := json.Unmarshal(known, d); err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", path, err)
		}
		if _, err := a.services.Accounts.Authenticate(ctx, d.SecretKey); err != nil {
			return nil, fmt.Errorf("%s does not belong to this database; choose an empty --data-dir for a demo", path)
		}
		d.BaseURL = a.config.PublicURL
		return d, a.writeDemo(path, d)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	slog.Info("filling the demo account")
	var d *Demo
	err = a.store.InTx(ctx, func(ctx context.Context) (err error) {
		if d, err = a.fillDemo(ctx, secretKey); err != nil {
			return err
		}
		return a.writeDemo(path, d)
	})
	if err != nil {
		_ = os.Remove(path)
		return nil, fmt.Errorf("filling the demo: %w", people(err))
	}
	return d, nil
}

func (a *App) writeDemo(path string, d *Demo) error {
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

func (a *App) fillDemo(ctx context.Context, secretKey string) (*Demo, error) {
	owner, err := a.services.Accounts.Find(ctx, "")
	if err != nil {
		return nil, err
	}
	ctx = auth.With(ctx, auth.Operator(owner.ID, false))
	products, err := a.services.Catalog.Products(ctx, nil)
	if err != nil {
		return nil, err
	}
	if n, err := products.Count(ctx); err != nil || n > 0 {
		return nil, errors.Join(err, errors.New("the database holds products already; choose an empty --data-dir for a demo"))
	}
	d := &Demo{BaseURL: a.config.PublicURL, SecretKey: secretKey, ProductSlug: "my-cool-plugin", ReleaseVersion: "2.1.0"}
	if d.SecretKey == "" {
		if d.SecretKey, err = a.demoKey(ctx, "Demo secret key", apikey.KindSECRET); err != nil {
			return nil, err
		}
	}
	if d.PublishableKey, err = a.demoKey(ctx, "Shipped in My Cool Plugin", apikey.KindPUBLISHABLE); err != nil {
		return nil, err
	}
	if err := a.demoCatalog(ctx, d); err != nil {
		return nil, err
	}
	d.OtherAccountSecretKey, err = a.CreateAccount(ctx, "Another Seller", "START")
	return d, err
}

func (a *App) demoKey(ctx context.Context, name string, kind apikey.Kind) (string, error) {
	in := account.CreateApiKeyInput{Name: name, Kind: kind}
	if kind == apikey.KindSECRET {
		in.Scopes = auth.AllScopes
	}
	created, err := a.services.Accounts.CreateApiKey(ctx, in)
	if err != nil {
		return "", err
	}
	return created.Token, nil
}

func (a *App) demoCatalog(ctx context.Context, d *Demo) error {
	p, err := a.services.Catalog.CreateProduct(ctx, catalog.CreateProductInput{
		Type: product.TypePLUGIN, Slug: d.ProductSlug, Name: "My Cool Plugin Pro",
		Description: "Makes a WordPress site cooler.\n\nIt greets visitors, and it is licensed, updated and managed by licet.",
		Homepage:    "https://example.com/my-cool-plugin", Author: "Acme Plugins", AuthorHomepage: "https://example.com",
	})
	if err != nil {
		return err
	}
	limit, year := 3, 365
	policy, err := a.services.Licensing.CreatePolicy(ctx, licensing.CreatePolicyInput{
		ProductID: p.ID, Name: "Business, one year", ActivationLimit: &limit, DurationDays: &year,
		Identity: licensepolicy.IdentityEITHER, KeyFormat: licensepolicy.KeyFormatGROUPS,
	})
	if err != nil {
		return err
	}
	if err := a.demoRelease(ctx, d); err != nil {
		return err
	}
	return a.demoLicenses(ctx, d, policy.ID)
}

func (a *App) demoLicenses(ctx context.Context, d *Demo, policyID string) error {
	one, five := 1, 5
	lastMonth := a.store.Now().AddDate(0, -1, 0)
	ids := map[*string]string{}
	for _, l := range []struct {
		key   *string
		email string
		order string
		in    licensing.IssueLicenseInput
	}{
		{&d.LicenseKey, "ada@example.com", "1001", licensing.IssueLicenseInput{}},
		{&d.LicenseKeyLimit5, "ben@example.com", "1002", licensing.IssueLicenseInput{ActivationLimit: &five}},
		{&d.LicenseKeyUnlimited, "agency@example.com", "1003", licensing.IssueLicenseInput{Unlimited: true, Lifetime: true}},
		{&d.LicenseKeyExpired, "cleo@example.com", "1004", licensing.IssueLicenseInput{ExpiresAt: &lastMonth}},
		{&d.LicenseKeySuspended, "dan@example.com", "1005", licensing.IssueLicenseInput{}},
		{&d.LicenseKeyFull, "eve@example.com", "1006", licensing.IssueLicenseInput{ActivationLimit: &one}},
	} {
		l.in.PolicyID, l.in.Customer, l.in.OrderReference = policyID, &licensing.CustomerInput{Email: l.email}, l.order
		issued, err := a.services.Licensing.IssueLicense(ctx, l.in)
		if err != nil {
			return err
		}
		*l.key, ids[l.key] = issued.Key, issued.License.ID
	}
	if _, err := a.services.Licensing.SuspendLicense(ctx, licensing.LicenseStatusInput{ID: ids[&d.LicenseKeySuspended], Reason: "Payment disputed"}); err != nil {
		return err
	}
	if _, err := a.services.Licensing.ActivateLicense(ctx, licensing.ActivateLicenseInput{LicenseKey: d.LicenseKeyFull, Domain: "taken.example"}); err != nil {
		return err
	}
	_, err := a.services.Sites.RegisterSite(ctx, site.RegisterSiteInput{
		SiteURL: "https://agency-client.example", SiteName: "Agency client", AdminEmail: "admin@agency-client.example",
		WpVersion: "6.7", PhpVersion: "8.3", PluginVersion: "2.0.0", LicenseKey: d.LicenseKeyUnlimited,
	})
	return err
}

func (a *App) demoRelease(ctx context.Context, d *Demo) error {
	content, err := demoZip(d.ProductSlug, d.ReleaseVersion, a.store.Now())
	if err != nil {
		return err
	}
	path, err := filepath.Abs(filepath.Join(a.config.DataDir, d.ProductSlug+"-"+d.ReleaseVersion+".zip"))
	if err != nil {
		return err
	}
	d.ReleaseZip = path
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	_, err = a.services.Catalog.CreateRelease(ctx, catalog.NewRelease{
		File: bytes.NewReader(content), Publish: true, Changelog: "Greets visitors by name.\nStarts faster.",
	})
	return err
}

// demoZip builds a plugin that WordPress would install.
func demoZip(slug, version string, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, file := range []struct{ name, content string }{
		{slug + "/" + slug + ".php", `<?php
/**
 * Plugin Name: My Cool Plugin Pro
 * Description: Makes a WordPress site cooler.
 * Version: ` + version + `
 * Author: Acme Plugins
 * Requires at least: 5.8
 * Tested up to: 6.7
 * Requires PHP: 7.4
 */
defined( 'ABSPATH' ) || exit;
add_action( 'wp_footer', static function () { echo '<!-- cool -->'; } );
`},
		{slug + "/readme.txt", "=== My Cool Plugin Pro ===\nStable tag: " + version + "\n"},
	} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: file.name, Method: zip.Deflate, Modified: at})
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(f, file.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

var demoText = template.Must(template.New("demo").Funcs(template.FuncMap{
	// Everything that is filled in stands between single quotes of a shell.
	"q": func(s string) string { return strings.ReplaceAll(s, "'", `'\''`) },
}).Parse(`
licet runs at {{.BaseURL}} with demo data. Everything below works when pasted into another terminal.

GraphQL: your licenses
  curl -s '{{q .BaseURL}}/graphql' -H 'Authorization: Bearer {{.SecretKey}}' -H 'Content-Type: application/json' \
    -d '{"query":"{ licenses(first: 10) { totalCount edges { node { keyHint standing activationsUsed activationLimit customer { email } } } } }"}'

ProxGate API: activate and validate a license
  curl -s '{{q .BaseURL}}/api/v1/licenses/activate' -H 'X-Api-Key: {{.PublishableKey}}' -H 'Content-Type: application/json' \
    -d '{"license_key":"{{.LicenseKey}}","domain":"shop.example","device_fingerprint":"hw-abc123"}'
  curl -s '{{q .BaseURL}}/api/v1/licenses/validate' -H 'X-Api-Key: {{.PublishableKey}}' -H 'Content-Type: application/json' \
    -d '{"license_key":"{{.LicenseKey}}","domain":"shop.example"}'

License Server API: activate, check, look for an update, download it
  curl -s '{{q .BaseURL}}/wp-json/license-server/v1/activate' -H 'Content-Type: application/json' \
    -d '{"license_key":"{{.LicenseKeyLimit5}}","slug":"{{.ProductSlug}}","domain":"blog.example"}'
  curl -s '{{q .BaseURL}}/wp-json/license-server/v1/check?license_key={{.LicenseKeyLimit5}}&slug={{.ProductSlug}}&domain=blog.example'
  curl -s '{{q .BaseURL}}/wp-json/license-server/v1/update-check/{{.ProductSlug}}/{{.LicenseKeyLimit5}}'
  curl -s -o '{{.ProductSlug}}-{{.ReleaseVersion}}.zip' '{{q .BaseURL}}/wp-json/license-server/v1/download/{{.ProductSlug}}/{{.LicenseKeyLimit5}}'

Playground: {{.BaseURL}}/playground — paste this into its Headers tab
  {"Authorization": "Bearer {{.SecretKey}}"}

`))

// Print tells a person what to try.
func (d *Demo) Print(out io.Writer) { _ = demoText.Execute(out, d) }
