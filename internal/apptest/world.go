package apptest

import (
	"archive/zip"
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"testing"
	"time"
)

// World is the state that a case begins with. It is built through GraphQL.
type World struct {
	Products map[string]WorldProduct `yaml:"products"`
	Licenses map[string]WorldLicense `yaml:"licenses"`
	Releases []WorldRelease          `yaml:"releases"`
}

// WorldProduct is a product by slug, with one policy.
type WorldProduct struct {
	Type  string `yaml:"type"`  // PLUGIN unless given
	Name  string `yaml:"name"`  // the slug unless given
	Owner string `yaml:"owner"` // whose key creates it: secret unless given
}

// WorldLicense is a license by name; its key is {{name}} in requests.
type WorldLicense struct {
	Product     string   `yaml:"product"`   // my-cool-plugin unless given
	Identity    string   `yaml:"identity"`  // EITHER unless given
	Limit       int      `yaml:"limit"`     // 0: unlimited
	ExpiresIn   string   `yaml:"expiresIn"` // such as 24h or -24h; never unless given
	StartsIn    string   `yaml:"startsIn"`  // such as 24h; now unless given
	Status      string   `yaml:"status"`    // suspended or revoked
	Key         string   `yaml:"key"`       // generated unless given
	Email       string   `yaml:"email"`     // the customer; nobody unless given
	Owner       string   `yaml:"owner"`     // whose key issues it: secret unless given; secret_test issues test data
	ActivatedOn []string `yaml:"activatedOn"`
}

// WorldRelease is a release with a small real zip.
type WorldRelease struct {
	Product   string `yaml:"product"` // my-cool-plugin unless given
	Version   string `yaml:"version"`
	Changelog string `yaml:"changelog"`
	Status    string `yaml:"status"` // published unless given: draft or yanked
}

// DefaultProduct is the product that every world has.
const DefaultProduct = "my-cool-plugin"

// Build makes the world on a server and returns the names that requests can
// use: each license's key under its name, ids as NAME_id, products as SLUG_id
// and SLUG_policy_id, releases as VERSION_id with their zip as VERSION_zip,
// VERSION_size, VERSION_sha256 (hex) and VERSION_md5 (base64).
func (w World) Build(t testing.TB, s *Server) map[string]string {
	t.Helper()
	names := map[string]string{}
	products := w.Products
	if _, ok := products[DefaultProduct]; !ok {
		s.createProduct(t, names, DefaultProduct, WorldProduct{Name: "My Cool Plugin"})
	}
	for _, slug := range sorted(products) {
		s.createProduct(t, names, slug, products[slug])
	}
	for _, name := range sorted(w.Licenses) {
		s.createLicense(t, names, name, w.Licenses[name])
	}
	for _, r := range w.Releases {
		s.createRelease(t, names, r)
	}
	return names
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (s *Server) createProduct(t testing.TB, names map[string]string, slug string, p WorldProduct) {
	t.Helper()
	var out struct {
		CreateProduct struct{ Product struct{ ID string } }
	}
	s.MustQuery(t, s.Key(t, or(p.Owner, "secret")), `mutation($input: CreateProductInput!) { createProduct(input: $input) { product { id } } }`,
		map[string]any{"input": map[string]any{
			"slug": slug, "name": or(p.Name, slug), "type": or(p.Type, "PLUGIN"), "description": "Cool & calm.",
			"homepage": "https://example.com/plugin", "author": "Acme", "authorHomepage": "https://example.com",
		}}, &out)
	names[slug+"_id"] = out.CreateProduct.Product.ID
}

func (s *Server) createLicense(t testing.TB, names map[string]string, name string, l WorldLicense) {
	t.Helper()
	owner := s.Key(t, or(l.Owner, "secret"))
	product := or(l.Product, DefaultProduct)
	policy := names[product+"_policy_id"]
	if policy == "" || l.Identity != "" {
		var out struct {
			CreatePolicy struct{ Policy struct{ ID string } }
		}
		seller := owner
		if l.Owner == "secret_test" {
			seller = SecretKey // policies are shared between the modes, and live keys make them
		}
		s.MustQuery(t, seller, `mutation($input: CreatePolicyInput!) { createPolicy(input: $input) { policy { id } } }`,
			map[string]any{"input": map[string]any{"productId": names[product+"_id"], "name": "Policy", "identity": or(l.Identity, "EITHER")}}, &out)
		policy = out.CreatePolicy.Policy.ID
		if l.Identity == "" {
			names[product+"_policy_id"] = policy
		}
	}
	input := map[string]any{"policyId": policy, "orderReference": "order-" + name}
	if l.Key != "" {
		input["key"] = l.Key
	}
	if l.Limit > 0 {
		input["activationLimit"] = l.Limit
	}
	if l.Email != "" {
		input["customer"] = map[string]any{"email": l.Email, "name": "A customer"}
	}
	for field, in := range map[string]string{"expiresAt": l.ExpiresIn, "startsAt": l.StartsIn} {
		if in == "" {
			continue
		}
		d, err := time.ParseDuration(in)
		if err != nil {
			t.Fatal(err)
		}
		input[field] = s.Clock.Now().Add(d).UTC().Format(time.RFC3339Nano)
	}
	var out struct {
		IssueLicense struct {
			Key     string
			License struct{ ID string }
		}
	}
	s.MustQuery(t, owner, `mutation($input: IssueLicenseInput!) { issueLicense(input: $input) { key license { id } } }`, map[string]any{"input": input}, &out)
	names[name], names[name+"_id"] = out.IssueLicense.Key, out.IssueLicense.License.ID
	for _, domain := range l.ActivatedOn {
		s.MustQuery(t, owner, `mutation($input: ActivateLicenseInput!) { activateLicense(input: $input) { created } }`,
			map[string]any{"input": map[string]any{"licenseKey": names[name], "domain": domain}}, nil)
	}
	if l.Status != "" {
		verb := map[string]string{"suspended": "suspendLicense", "revoked": "revokeLicense"}[l.Status]
		s.MustQuery(t, owner, fmt.Sprintf(`mutation($id: ID!) { %s(input: {id: $id}) { license { id } } }`, verb), map[string]any{"id": names[name+"_id"]}, nil)
	}
}

func (s *Server) createRelease(t testing.TB, names map[string]string, r WorldRelease) {
	t.Helper()
	field := map[string]string{"draft": "createRelease"}[r.Status]
	query := fmt.Sprintf(`mutation($file: Upload!, $changelog: String) { %s(input: {file: $file, changelog: $changelog}) { release { id } } }`, or(field, "publishRelease"))
	product := or(r.Product, DefaultProduct)
	content := PluginZip(t, product, r.Version)
	resp := s.Upload(t, SecretKey, query, map[string]any{"changelog": r.Changelog}, content)
	if resp.Status != http.StatusOK || bytes.Contains(resp.Body, []byte(`"errors"`)) {
		t.Fatalf("status %d: %s", resp.Status, resp.Body)
	}
	data := resp.JSON(t)["data"].(map[string]any)
	id := data[or(field, "publishRelease")].(map[string]any)["release"].(map[string]any)["id"].(string)
	names[r.Version+"_id"], names[r.Version+"_zip"], names[r.Version+"_size"] = id, string(content), strconv.Itoa(len(content))
	names[r.Version+"_sha256"] = fmt.Sprintf("%x", sha256.Sum256(content))
	sum := md5.Sum(content)
	names[r.Version+"_md5"] = base64.StdEncoding.EncodeToString(sum[:])
	if r.Status == "yanked" {
		s.MustQuery(t, SecretKey, `mutation($id: ID!) { yankRelease(input: {id: $id, reason: "broken"}) { release { id } } }`, map[string]any{"id": id}, nil)
	}
}

// PluginZip returns a plugin that WordPress would install. The same product and
// version give the same bytes.
func PluginZip(t testing.TB, slug, version string) []byte {
	t.Helper()
	return Zip(t, map[string]string{slug + "/" + slug + ".php": "<?php\n/*\nPlugin Name: My Cool Plugin\nVersion: " + version +
		"\nRequires at least: 5.8\nTested up to: 6.7\nRequires PHP: 7.4\nAuthor: Acme\n*/\n"})
}

// Zip returns an archive of the given files.
func Zip(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range sorted(files) {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Upload sends a GraphQL multipart request whose variable 'file' is the given
// content.
func (s *Server) Upload(t testing.TB, key, query string, variables map[string]any, content []byte) *Response {
	t.Helper()
	r := s.uploadRequest(t, query, variables, content)
	r.Header.Set("Authorization", "Bearer "+key)
	return s.Do(t, r)
}

func (s *Server) uploadRequest(t testing.TB, query string, variables map[string]any, content []byte) *http.Request {
	t.Helper()
	all := map[string]any{"file": nil}
	for k, v := range variables {
		all[k] = v
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, part := range []struct{ name, content string }{
		{"operations", marshal(t, map[string]any{"query": query, "variables": all})}, {"map", `{"0":["variables.file"]}`},
	} {
		if err := form.WriteField(part.name, part.content); err != nil {
			t.Fatal(err)
		}
	}
	file, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="0"; filename="release.zip"`}, "Content-Type": {"application/zip"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/graphql", &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("GraphQL-Require-Preflight", "1")
	return r
}
