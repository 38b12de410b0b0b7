package catalog

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	flagEncrypted  = 1<<0 | 1<<6 | 1<<13 // encryption, strong encryption, hidden local headers
	flagDescriptor = 1 << 3              // sizes and checksum follow the data

	methodStore   = 0
	methodDeflate = 8

	// The upper half of the external attributes is a Unix mode, the lower byte
	// holds MS-DOS attributes.
	modeType    = 0o170000
	modeFolder  = 0o040000
	modeFile    = 0o100000
	modeSymlink = 0o120000
	modeSetID   = 0o7000 // setuid, setgid, sticky
	dosFolder   = 0x10
)

// folder reports whether the entry is a folder; every unzip goes by the slash.
func (e *zipEntry) folder() bool { return strings.HasSuffix(e.name, "/") }

// checkEntry refuses an entry that is not a plain file or folder, cannot be
// unpacked by WordPress, or whose name means something else on some system.
func checkEntry(e *zipEntry) error {
	if err := checkName(e.name); err != nil {
		return err
	}
	mode := e.attributes >> 16
	switch {
	case e.flags&flagEncrypted != 0:
		return badArchive("%s is encrypted. Make the zip without a password.", shown(e.name))
	case e.method != methodStore && e.method != methodDeflate:
		return badArchive("%s is compressed with method %d, which WordPress cannot unpack. Make the zip with the usual Deflate method.", shown(e.name), e.method)
	case mode&modeType == modeSymlink:
		return badArchive("%s is a symbolic link. Replace it with the file it points to (zip without -y does so).", shown(e.name))
	case mode&modeType != 0 && mode&modeType != modeFile && mode&modeType != modeFolder:
		return badArchive("%s is a device, socket or pipe. Only files and folders can be in a release: leave it out.", shown(e.name))
	case !e.folder() && (mode&modeType == modeFolder || e.attributes&dosFolder != 0):
		return badArchive("%s is marked as a folder but named like a file. %s", shown(e.name), remake)
	case !e.folder() && mode&modeSetID != 0:
		return badArchive("%s has the setuid, setgid or sticky bit. Remove it with chmod and make the zip again.", shown(e.name))
	case e.folder() && e.size != 0:
		return badArchive("The folder %s has contents of its own. %s", shown(e.name), remake)
	}
	return nil
}

// checkName refuses names that could be written outside of the archive's
// folder, or that are not the same name on every system.
func checkName(name string) error {
	switch {
	case name == "":
		return badArchive("The zip has an entry without a name. %s", remake)
	case len(name) > maxPathBytes:
		return badArchive("The name %s is longer than %d bytes. Shorten it.", shown(name), maxPathBytes)
	case !utf8.ValidString(name):
		return badArchive("The name %s is not UTF-8. Rename the file, or make the zip with a tool that writes UTF-8 names.", shown(name))
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }):
		return badArchive("The name %s has control characters. Rename the file.", shown(name))
	case strings.Contains(name, `\`):
		return badArchive("The name %s has a backslash. Folders in a zip are separated by '/': make the zip with a tool that does so.", shown(name))
	case strings.HasPrefix(name, "/"):
		return badArchive("The name %s is absolute. Names must begin with the release's folder: make the zip from the folder's parent.", shown(name))
	case strings.Contains(name, ":"):
		return badArchive("The name %s has a colon, which means a drive or a stream on Windows. Rename the file.", shown(name))
	}
	for segment := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		switch {
		case segment == "":
			return badArchive("The name %s has an empty folder name in it. %s", shown(name), remake)
		case segment == "." || segment == "..":
			return badArchive("The name %s has a '%s' in it, which can lead out of the release's folder. Make the zip from the folder's parent.", shown(name), segment)
		case strings.HasSuffix(segment, ".") || strings.HasSuffix(segment, " "):
			return badArchive("The name %s has a part that ends in a dot or space, which Windows drops. Rename it.", shown(name))
		case len(segment) > maxSegmentBytes:
			return badArchive("The name %s has a part longer than %d bytes. Shorten it.", shown(name), maxSegmentBytes)
		}
	}
	return nil
}

// checkNames returns the one top folder that all entries are in. It refuses
// archives without one, and entries that would overwrite each other, also
// where letter case makes no difference. (Unicode normalization is not looked
// at.)
func checkNames(entries []zipEntry) (slug string, err error) {
	byKey := make(map[string]*zipEntry, len(entries))
	keys := make([]string, len(entries))
	files := 0
	for i := range entries {
		e := &entries[i]
		top, _, inFolder := strings.Cut(e.name, "/")
		if strings.EqualFold(top, "__MACOSX") {
			return "", badArchive("The zip has a __MACOSX folder, which macOS adds. Make it in Terminal with: zip -r -X release.zip FOLDER")
		}
		if !inFolder {
			return "", badArchive("%s is not in a folder. Zip the folder named like the product's slug, not what is in it.", shown(e.name))
		}
		if slug == "" {
			slug = top
		}
		if top != slug {
			return "", badArchive("The zip has two top folders, %s and %s. Zip just the one that is named like the product's slug.", shown(slug), shown(top))
		}
		if !e.folder() {
			files++
		}
		keys[i] = foldName(e.name)
		if other := byKey[keys[i]]; other != nil {
			if other.folder() != e.folder() {
				return "", badArchive("%s is both a file and a folder. Rename one of them.", shown(strings.TrimSuffix(e.name, "/")))
			}
			return "", badArchive("The zip has %s and %s, which are one file where letter case makes no difference. Keep one of them.", shown(other.name), shown(e.name))
		}
		byKey[keys[i]] = e
	}
	for _, key := range keys {
		for i := range len(key) {
			if key[i] != '/' {
				continue
			}
			if parent := byKey[key[:i]]; parent != nil && !parent.folder() {
				return "", badArchive("%s is both a file and a folder. Rename one of them.", shown(parent.name))
			}
		}
	}
	if files == 0 {
		return "", badArchive("The zip has no files in it. Zip the folder named like the product's slug.")
	}
	return slug, nil
}

// foldName returns the same string for names that differ in letter case only.
// Upper case first: it joins letters, such as ſ and s, that lower case keeps.
func foldName(name string) string {
	return strings.ToLower(strings.ToUpper(strings.TrimSuffix(name, "/")))
}

// shown returns a name for a message: quoted, on one line and at most 100
// characters of it.
func shown(name string) string {
	n := 0
	for i := range name {
		if n++; n > 100 {
			return fmt.Sprintf("%q…", name[:i])
		}
	}
	return fmt.Sprintf("%q", name)
}
