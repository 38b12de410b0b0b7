package catalog

import (
	"io"
	"path"
	"strings"

	"github.com/licethq/licet/internal/fault"
)

// What a release may measure. WooCommerce, one of the largest plugins there
// is, has some 10,000 files, packs to 25 MiB and unpacks to 100 MiB; deflate
// itself cannot go beyond about 1030:1, and source text seldom beyond 20:1.
const (
	MaxArchive        = 512 << 20 // of the zip file
	maxUnpackedBytes  = 2 << 30   // of all its files together
	maxEntries        = 50_000    // files and folders
	maxDirectoryBytes = 8 << 20   // of the central directory, which is held in memory
	maxPathBytes      = 1024      // of an entry's name
	maxSegmentBytes   = 255       // of one folder or file name, as file systems have it

	// A file may unpack to fileAllowance plus fileRatio times its packed size,
	// all files together to totalAllowance plus totalRatio times theirs. The
	// allowances let small repetitive files pass.
	fileAllowance  = 1 << 20
	fileRatio      = 200
	totalAllowance = 10 << 20
	totalRatio     = 100
)

// Manifest is what an archive says about itself. Apart from Slug and Type, the
// values are the header's own words on one line: valid UTF-8 without control
// characters, perhaps with HTML in Author and Description, at most 8 KiB
// together. Whatever the header leaves out is empty.
type Manifest struct {
	// Slug is the archive's single top folder, spelled as in the archive.
	Slug string
	// Type is PLUGIN or THEME when the archive has the header WordPress looks
	// for, otherwise APP.
	Type string
	Name string
	// Version is never empty for a plugin or theme, always empty for an app.
	// It is not yet parsed: a leading v is still there.
	Version     string
	Requires    string // the least WordPress version
	Tested      string // the newest WordPress version tried
	RequiresPHP string
	Author      string
	AuthorURI   string
	URI         string // of the plugin or theme
	Description string
	// RequiresPlugins holds the slugs of other plugins, sorted, each once.
	RequiresPlugins []string
}

// Inspect reads a whole release archive of the given size in bytes and returns
// its manifest. What it lets pass unpacks to the same files with every zip
// reader and on every file system, inside one folder: each byte of the
// archive belongs to exactly one entry or to the directory, both descriptions
// of an entry agree, and every file has been unpacked and found to have its
// declared size and checksum.
//
// TOO_LARGE when the archive is over 512 MiB; ARCHIVE_INVALID with a message
// for the seller for anything else that is wrong with it. Any other error
// comes from r. It allocates about 1 KiB for each entry (52 MiB for the worst
// archive found), however large the files are, and unpacks no more of a file
// than it declares.
func Inspect(r io.ReaderAt, size int64) (Manifest, error) {
	if size > MaxArchive {
		e := fault.Newf(fault.TooLarge, "The zip file has %d MiB, and at most %d MiB can be uploaded. Leave out what customers do not need, such as tests and sources.", (size-1)>>20+1, MaxArchive>>20)
		e.Field = "file"
		return Manifest{}, e
	}
	dir, err := readEnd(r, size)
	if err != nil {
		return Manifest{}, err
	}
	entries, err := readDirectory(r, dir)
	if err != nil {
		return Manifest{}, err
	}
	for i := range entries {
		if err := checkEntry(&entries[i]); err != nil {
			return Manifest{}, err
		}
	}
	slug, err := checkNames(entries)
	if err != nil {
		return Manifest{}, err
	}
	if err := checkSizes(entries); err != nil {
		return Manifest{}, err
	}
	if err := checkLayout(r, entries, dir.offset); err != nil {
		return Manifest{}, err
	}
	return readManifest(r, entries, slug)
}

// checkSizes refuses archives that unpack to too much, judged by the declared
// sizes, which readManifest later holds the files to.
func checkSizes(entries []zipEntry) error {
	var packed, unpacked int64
	for _, e := range entries {
		if e.size > fileAllowance+fileRatio*e.packed {
			return badArchive("%s unpacks to more than %d times its packed size, which looks like a zip bomb. Leave it out, or replace it with a less repetitive file.", shown(e.name), fileRatio)
		}
		packed += e.packed
		unpacked += e.size
	}
	if unpacked > maxUnpackedBytes {
		return badArchive("The files in the zip unpack to more than %d MiB. Leave out what customers do not need.", maxUnpackedBytes>>20)
	}
	if unpacked > totalAllowance+totalRatio*packed {
		return badArchive("The zip unpacks to more than %d times its packed size, which looks like a zip bomb. Leave out large repetitive files.", totalRatio)
	}
	return nil
}

// readManifest unpacks every entry, checking it, and returns the manifest of
// the best header among the files where WordPress looks for one: slug/*.php
// for a plugin, slug/style.css for a theme. A plugin that also has a theme's
// header is a plugin. Of several plugin files slug/slug.php wins, then the
// first by name.
func readManifest(r io.ReaderAt, entries []zipEntry, slug string) (Manifest, error) {
	manifest, from := Manifest{Type: "APP"}, ""
	unpack := newUnpacker(r)
	for i := range entries {
		e := &entries[i]
		head, err := unpack.file(e)
		if err != nil {
			return Manifest{}, err
		}
		folder, base := path.Split(e.name)
		if folder != slug+"/" {
			continue
		}
		switch {
		case strings.HasSuffix(base, ".php") && !strings.HasPrefix(base, "."):
			main := folder + slug + ".php"
			better := manifest.Type != "PLUGIN" || e.name == main || from != main && e.name < from
			if !better {
				continue
			}
			if m, ok := readHeader(head, "PLUGIN"); ok {
				manifest, from = m, e.name
			}
		case base == "style.css" && manifest.Type == "APP":
			if m, ok := readHeader(head, "THEME"); ok {
				manifest, from = m, e.name
			}
		}
	}
	if from != "" && manifest.Version == "" {
		return Manifest{}, badArchive("%s names the %s but has no Version header in its first %d KiB. Add a line such as 'Version: 1.0.0' to it.", shown(from), strings.ToLower(manifest.Type), headBytes>>10)
	}
	manifest.Slug = slug
	return manifest, nil
}

// badArchive returns ARCHIVE_INVALID for the uploaded file.
func badArchive(format string, args ...any) *fault.Error {
	e := fault.Newf(fault.ArchiveInvalid, format, args...)
	e.Field = "file"
	return e
}
