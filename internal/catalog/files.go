package catalog

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/google/uuid"

	"github.com/licethq/licet/internal/fault"
)

// Files keeps release zips on the local disk under their SHA-256, so that equal
// files are kept once and a stored file never changes.
type Files struct{ root *os.Root }

// Blob is a stored file.
type Blob struct {
	SHA256 string // hex
	MD5    string // hex
	Size   int64  // bytes
}

// incoming holds what is still being received.
const incoming = "incoming"

// staleUpload is after what time an upload that never finished is removed.
const staleUpload = 24 * time.Hour

// OpenFiles opens the store in a folder, which it creates, and removes what
// uploads that were cut off left behind.
func OpenFiles(dir string) (*Files, error) {
	if err := os.MkdirAll(filepath.Join(dir, incoming), 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &Files{root: root}
	return f, f.sweep()
}

// Close releases the folder.
func (f *Files) Close() error { return f.root.Close() }

func (f *Files) sweep() error {
	entries, err := fs.ReadDir(f.root.FS(), incoming)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < staleUpload {
			continue // another process may be receiving it
		}
		if err := f.root.Remove(incoming + "/" + e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// received is a file that is not kept yet.
type received struct {
	Blob
	file *os.File
	path string
	root *os.Root
}

// Receive copies r to the disk, at most max bytes: TOO_LARGE beyond. Keep or
// Discard the result.
func (f *Files) Receive(r io.Reader, max int64) (*received, error) {
	path := incoming + "/" + uuid.NewString()
	file, err := f.root.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, diskFault(err)
	}
	u := &received{file: file, path: path, root: f.root}
	sha, sum := sha256.New(), md5.New()
	if u.Size, err = io.Copy(io.MultiWriter(file, sha, sum), io.LimitReader(r, max+1)); err != nil {
		u.Discard()
		return nil, diskFault(err)
	}
	if u.Size > max {
		u.Discard()
		return nil, &fault.Error{Code: fault.TooLarge, Field: "file", Message: fmt.Sprintf("The file is larger than %d MiB.", max>>20)}
	}
	u.SHA256, u.MD5 = hex.EncodeToString(sha.Sum(nil)), hex.EncodeToString(sum.Sum(nil))
	return u, nil
}

// ReadAt reads from the received file.
func (u *received) ReadAt(p []byte, off int64) (int, error) { return u.file.ReadAt(p, off) }

// Keep moves the file to its place for good: after a crash it is there whole.
func (u *received) Keep() error {
	if err := u.file.Sync(); err != nil {
		return diskFault(err)
	}
	folder := u.SHA256[:2]
	if err := u.root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return diskFault(err)
	}
	if err := u.root.Rename(u.path, blobPath(u.SHA256)); err != nil {
		return diskFault(err)
	}
	for _, dir := range []string{folder, "."} {
		if err := syncDir(u.root, dir); err != nil {
			return diskFault(err)
		}
	}
	return nil
}

// Discard removes the file unless it was kept.
func (u *received) Discard() {
	_ = u.file.Close()
	_ = u.root.Remove(u.path)
}

var blobID = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Open opens a kept file for reading. NOT_FOUND when there is none. The caller
// closes it.
func (f *Files) Open(_ context.Context, id string) (*os.File, error) {
	if !blobID.MatchString(id) {
		return nil, fault.New(fault.NotFound)
	}
	file, err := f.root.Open(blobPath(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound)
	}
	if err != nil {
		return nil, diskFault(err)
	}
	return file, nil
}

func blobPath(sha256 string) string { return sha256[:2] + "/" + sha256 }

func syncDir(root *os.Root, dir string) error {
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// diskFault tells trouble with our disk from trouble with the caller's
// connection, which arrives as an unexpected end.
func diskFault(err error) error {
	var f *fault.Error
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &f):
		return err
	case errors.As(err, &path), errors.As(err, &link):
		return fault.Wrap(fault.Unavailable, err)
	}
	return &fault.Error{Code: fault.InputInvalid, Field: "file", Message: "The upload ended early. Send the file again."}
}
