package secret_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/licethq/licet/internal/secret"
)

func keeper(t *testing.T, fill byte) *secret.Keeper {
	t.Helper()
	k, err := secret.NewKeeper(bytes.Repeat([]byte{fill}, secret.MasterKeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestSealedSecretsOpenOnlyWhereTheyBelong moves and alters sealed secrets.
func TestSealedSecretsOpenOnlyWhereTheyBelong(t *testing.T) {
	t.Parallel()
	k := keeper(t, 1)
	sealed := k.Seal("lic_1", "KEY")
	if bytes.Contains(sealed, []byte("KEY")) || bytes.Equal(sealed, k.Seal("lic_1", "KEY")) {
		t.Error("a sealed secret can be read or recognized")
	}
	if got, err := k.Open("lic_1", sealed); err != nil || got != "KEY" {
		t.Errorf("it opens as %q: %v", got, err)
	}
	if _, err := k.Open("lic_2", sealed); err == nil {
		t.Error("it opens in another row")
	}
	if _, err := keeper(t, 2).Open("lic_1", sealed); err == nil {
		t.Error("it opens with another master key")
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := k.Open("lic_1", sealed); err == nil {
		t.Error("it opens although it was altered")
	}
}

// TestHashesAreSeparate hashes one secret for several purposes and keys.
func TestHashesAreSeparate(t *testing.T) {
	t.Parallel()
	k := keeper(t, 1)
	seen := map[string]bool{}
	for _, h := range []string{
		k.Hash(secret.LicenseKey, "x"), k.Hash(secret.APIKey, "x"), k.Hash(secret.SiteToken, "x"),
		k.Hash(secret.LicenseKey, "y"), keeper(t, 2).Hash(secret.LicenseKey, "x"),
	} {
		if seen[h] || len(h) != 64 {
			t.Errorf("the hash %s comes twice or is no SHA-256", h)
		}
		seen[h] = true
	}
	if again := k.Hash(secret.APIKey, "x"); !seen[again] {
		t.Error("a hash is not stable")
	}
}

// TestMasterKeyFileIsMadeOnce lets several processes' worth of callers make it.
func TestMasterKeyFileIsMadeOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	var wait sync.WaitGroup
	keys := make([][]byte, 8)
	for i := range keys {
		wait.Go(func() {
			var err error
			if keys[i], _, err = secret.MasterKeyFile(path); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for _, k := range keys {
		if !bytes.Equal(k, keys[0]) {
			t.Fatal("two callers got different master keys")
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".master-key-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestParseMasterKey takes both alphabets of base64, with and without padding.
func TestParseMasterKey(t *testing.T) {
	t.Parallel()
	raw := bytes.Repeat([]byte{0xfb, 0xff}, 16)
	for _, text := range []string{
		base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw),
		base64.URLEncoding.EncodeToString(raw), " " + base64.RawURLEncoding.EncodeToString(raw) + "\n",
	} {
		if got, err := secret.ParseMasterKey(text); err != nil || !bytes.Equal(got, raw) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "short", strings.Repeat("A", 44), "not base64 at all, by any alphabet !!!!!!!!!"} {
		if _, err := secret.ParseMasterKey(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
