package main_test

import (
	"archive/zip"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/licethq/licet/internal/storetest"
)

// bigPlugin writes a plugin of about size bytes that does not compress.
func bigPlugin(t *testing.T, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plugin.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	noise := make([]byte, size)
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"my-cool-plugin/my-cool-plugin.php": []byte("<?php\n/*\nPlugin Name: P\nVersion: 9.9.9\n*/\n"),
		"my-cool-plugin/noise.bin":          noise,
	} {
		entry, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCommands works through the command line beside a running server.
func TestCommands(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dialect string) {
		env := []string{
			"LICET_DATABASE_URL=" + storetest.URL(t, dialect), "LICET_DATA_DIR=" + t.TempDir(),
			"LICET_BOOTSTRAP_SECRET_KEY=" + secretKey, "LICET_LOG_LEVEL=error",
		}
		if out := must(t, env, "migrate"); !strings.Contains(out, "up to date") {
			t.Errorf("migrate says %q", out)
		}
		if _, stderr, code := run(t, env, "key", "list"); code == 0 || !strings.Contains(stderr, "start the server once") {
			t.Errorf("a command before the first start: exit %d, %s", code, stderr)
		}
		p := start(t, env)
		key := issue(t, p.URL, 2)

		token := must(t, env, "key", "create", "Shipped")
		if !strings.HasPrefix(token, "pk_live_") {
			t.Errorf("key create prints %q", token)
		}
		_, out, err := post(t.Context(), p.URL+"/api/v1/licenses/activate", map[string]string{"X-Api-Key": token}, map[string]any{"license_key": key, "domain": "a.example"})
		if err != nil || out["success"] != true {
			t.Errorf("the new key does not work: %v %v", out, err)
		}
		list := must(t, env, "key", "list")
		if !strings.Contains(list, "Shipped") || strings.Contains(list, token) {
			t.Errorf("key list prints:\n%s", list)
		}
		for _, line := range strings.Split(list, "\n") {
			if strings.Contains(line, "Shipped") {
				must(t, env, "key", "revoke", strings.Fields(line)[0])
			}
		}
		if status, _, _ := post(t.Context(), p.URL+"/api/v1/licenses/validate", map[string]string{"X-Api-Key": token}, map[string]any{"license_key": key}); status != 401 {
			t.Errorf("a revoked key gets %d", status)
		}
		if _, stderr, code := run(t, env, "key", "create", "--scope", "licenses:read", "Wrong"); code == 0 || !strings.Contains(stderr, "may not hold") {
			t.Errorf("a publishable key with a secret scope: exit %d, %s", code, stderr)
		}

		issued := must(t, env, "license", "issue", "my-cool-plugin", "--email", "cli@example.com", "--limit", "7", "--expires", "2037-12-31")
		if shown := must(t, env, "license", "show", issued); !strings.Contains(shown, "0 of 7") || !strings.Contains(shown, "2037-12-31") {
			t.Errorf("license show prints:\n%s", shown)
		}
		must(t, env, "license", "suspend", issued, "--reason", "refund")
		if shown := must(t, env, "license", "show", strings.ToLower(issued)); !strings.Contains(shown, "suspended") {
			t.Errorf("license show prints:\n%s", shown)
		}
		must(t, env, "license", "reinstate", issued)
		must(t, env, "license", "revoke", issued)
		if _, stderr, code := run(t, env, "license", "reinstate", issued); code == 0 || !strings.Contains(stderr, "stays revoked") {
			t.Errorf("reinstating a revoked license: exit %d, %s", code, stderr)
		}

		archive := bigPlugin(t, 100)
		if out := must(t, env, "release", "publish", archive); !strings.Contains(out, "my-cool-plugin 9.9.9 (published") {
			t.Errorf("release publish prints %q", out)
		}
		if _, stderr, code := run(t, env, "release", "publish", archive); code == 0 || !strings.Contains(stderr, "there already") {
			t.Errorf("publishing a version twice: exit %d, %s", code, stderr)
		}
		other := must(t, env, "account", "create", "Another Seller", "--plan", "PRO")
		data := graphQL(t, p.URL, other, "{ viewer { accountName plan } products(first: 1) { totalCount } }", nil)
		if viewer := data["viewer"].(map[string]any); viewer["plan"] != "PRO" || data["products"].(map[string]any)["totalCount"] != float64(0) {
			t.Errorf("the new account sees %v", data)
		}
	})
}

// TestWrongSettingsAreExplained starts with settings that cannot work.
func TestWrongSettingsAreExplained(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  []string
		args []string
		want string
	}{
		"all at once":      {[]string{"LICET_ADDR=nonsense", "LICET_RATE_LIMITS=maybe", "LICET_TRUSTED_PROXIES=10.0.0.0/99"}, nil, "LICET_ADDR: \"nonsense\" is not HOST:PORT"},
		"second of many":   {[]string{"LICET_ADDR=nonsense", "LICET_RATE_LIMITS=maybe"}, nil, "LICET_RATE_LIMITS: \"maybe\" is neither on nor off"},
		"public url":       {[]string{"LICET_PUBLIC_URL=licenses.example.com"}, nil, "LICET_PUBLIC_URL"},
		"database scheme":  {[]string{"LICET_DATABASE_URL=mysql://x"}, nil, "must begin with postgres:// or sqlite:"},
		"master key":       {[]string{"LICET_MASTER_KEY=short"}, nil, "32 bytes in base64"},
		"bootstrap key":    {[]string{"LICET_BOOTSTRAP_SECRET_KEY=pk_live_x"}, nil, "must be 'sk_live_'"},
		"unknown flag":     {nil, []string{"--nonsense"}, "unknown flag"},
		"database is away": {[]string{"LICET_DATABASE_URL=postgres://127.0.0.1:1/x"}, nil, "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, stderr, code := run(t, append([]string{"LICET_DATA_DIR=" + t.TempDir()}, c.env...), append([]string{"serve"}, c.args...)...)
			if code != 1 || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d:\n%s", code, stderr)
			}
		})
	}
}

// TestAnotherMasterKeyIsRefused starts on a database that belongs to another
// master key.
func TestAnotherMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	start(t, []string{"LICET_DATA_DIR=" + data}).kill(t)
	if err := os.Remove(filepath.Join(data, "master.key")); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := run(t, []string{"LICET_DATA_DIR=" + data, "LICET_ADDR=127.0.0.1:0"}, "serve")
	if code != 1 || !strings.Contains(stderr, "another master key") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// TestHelpTeaches looks for what a newcomer needs in the help of each command.
func TestHelpTeaches(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"":                "serve --demo",
		"serve":           "/playground",
		"key create":      "--scope licenses:read",
		"license issue":   "--expires 2027-12-31",
		"release publish": "top folder",
		"migrate":         "up to date",
	} {
		if out := must(t, nil, append(strings.Fields(args), "--help")...); !strings.Contains(out, want) {
			t.Errorf("the help of %q lacks %q", args, want)
		}
	}
	if out := must(t, nil, "version"); !strings.HasPrefix(out, "licet ") {
		t.Errorf("version prints %q", out)
	}
}
