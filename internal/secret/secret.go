// Package secret protects what must not be readable in the database: it
// derives every key from one master key.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MasterKeySize is the length of a master key in bytes.
const MasterKeySize = 32

// Purpose separates hashes, so that one table's hash means nothing in another.
type Purpose string

const (
	LicenseKey Purpose = "license key"
	APIKey     Purpose = "api key"
	SiteToken  Purpose = "site token"
	Check      Purpose = "master key check"
)

// Keeper hashes and seals with keys derived from the master key.
type Keeper struct {
	hashKey []byte
	aead    cipher.AEAD
}

// NewKeeper derives the working keys. It fails unless the master key is 32 bytes.
func NewKeeper(master []byte) (*Keeper, error) {
	if len(master) != MasterKeySize {
		return nil, fmt.Errorf("the master key must be %d bytes, not %d", MasterKeySize, len(master))
	}
	hashKey, err := hkdf.Key(sha256.New, master, nil, "licet hash v1", 32)
	if err != nil {
		return nil, err
	}
	sealKey, err := hkdf.Key(sha256.New, master, nil, "licet seal v1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Keeper{hashKey: hashKey, aead: aead}, nil
}

// Hash returns the keyed hash of a secret as 64 hex characters. Our secrets
// are random, so a fast hash is enough.
func (k *Keeper) Hash(p Purpose, secret string) string {
	mac := hmac.New(sha256.New, k.hashKey)
	mac.Write([]byte(p))
	mac.Write([]byte{0})
	mac.Write([]byte(secret))
	return hex.EncodeToString(mac.Sum(nil))
}

// Seal encrypts a secret, bound to the id of the row that holds it.
func (k *Keeper) Seal(rowID, secret string) []byte {
	return k.aead.Seal(nil, nil, []byte(secret), []byte(rowID))
}

// Open decrypts what Seal made for the same row.
func (k *Keeper) Open(rowID string, sealed []byte) (string, error) {
	plain, err := k.aead.Open(nil, nil, sealed, []byte(rowID))
	if err != nil {
		return "", errors.New("a sealed secret does not open: the row was altered or the master key is another")
	}
	return string(plain), nil
}

// ParseMasterKey reads a master key in base64, standard or URL alphabet.
func ParseMasterKey(s string) ([]byte, error) {
	s = strings.TrimRight(strings.TrimSpace(s), "=")
	s = strings.NewReplacer("+", "-", "/", "_").Replace(s)
	key, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(key) != MasterKeySize {
		return nil, fmt.Errorf("the master key must be %d bytes in base64; make one with: openssl rand -base64 %d", MasterKeySize, MasterKeySize)
	}
	return key, nil
}

// MasterKeyFile reads the master key from a file, or creates the file with a
// fresh one. Two processes that start at once end up with the same key.
func MasterKeyFile(path string) (key []byte, created bool, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		key, err = ParseMasterKey(string(text))
		if err != nil {
			return nil, false, fmt.Errorf("%s: %w", path, err)
		}
		return key, false, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	key = make([]byte, MasterKeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, false, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".master-key-*") // mode 0600
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return nil, false, err
	}
	// Link instead of rename: it fails when another process was first.
	if err := os.Link(tmp.Name(), path); errors.Is(err, fs.ErrExist) {
		return MasterKeyFile(path)
	} else if err != nil {
		return nil, false, err
	}
	return key, true, nil
}
