package catalog

import (
	"math"
	"strings"
)

type hostileArchive struct {
	name    string
	archive []byte
	message string // a part of it
}

// hostileArchives is the corpus of archives that must be refused.
func hostileArchives() []hostileArchive {
	const dir = "my-cool-plugin/"
	with := func(p ...zipPart) []byte { return craft(append([]zipPart{pluginFile}, p...)...) }
	named := func(name string) []byte { return with(zipPart{name: name, body: "x"}) }
	next := uint32(len(craft(pluginFile)) - endLen - directoryLen - len(pluginFile.name)) // offset of the second entry
	plain := craft(pluginFile)
	noise := strings.Repeat("0123456789abcdef", 64)

	return []hostileArchive{
		// not a zip
		{"nothing", nil, "not a zip file"},
		{"a text file", []byte("hello, I am a plugin"), "not a zip file"},
		{"half a zip", plain[:len(plain)/2], "its end is missing"},
		{"a cut end", plain[:len(plain)-1], "its end is missing"},
		{"a cut comment", zipCraft{parts: []zipPart{pluginFile}, comment: "hello", end: set16(20, 9)}.bytes(), "something was added or cut off"},
		{"no entries", craft(), "has no files"},
		{"folders only", craft(zipPart{name: dir}), "has no files"},

		// polyglots
		{"a program in front", zipCraft{parts: []zipPart{pluginFile}, before: "\x7fELF\x02"}.bytes(), "Something stands before the first file"},
		{"a program in front, offsets unaware", append([]byte("#!/bin/sh\n"), plain...), "directory is not where its end says"},
		{"something behind the end", zipCraft{parts: []zipPart{pluginFile}, after: "<?php evil();"}.bytes(), "something was added or cut off"},
		{"a zip behind a zip", append(plain, plain...), "directory is not where its end says"},
		{"an end in the comment", zipCraft{parts: []zipPart{pluginFile}, comment: endSignature + strings.Repeat("\x00", 30)}.bytes(), "something was added or cut off"},
		{"something between the directory and the end", zipCraft{parts: []zipPart{pluginFile}, inserted: "hidden"}.bytes(), "directory is not where its end says"},
		{"something between entries", craft(zipPart{name: dir + "a", body: "a", after: string(craft(zipPart{name: "evil/a"}))}, pluginFile), "that belong to no file"},
		{"something before the directory", with(zipPart{name: dir + "a", body: "a", after: "hidden"}), "6 bytes that belong to no file"},
		{"something behind a file's deflate stream", with(zipPart{name: dir + "a", body: noise, packed: append(deflated(noise), "hidden"...), deflate: true}), "more packed data than it unpacks"},
		{"something in an empty file", with(zipPart{name: dir + "a", packed: []byte("hidden")}), "another size"},
		{"something in a folder", with(zipPart{name: dir + "a/", packed: []byte("hidden")}), "another size"},

		// end and directory
		{"several disks", zipCraft{parts: []zipPart{pluginFile}, end: set16(4, 1)}.bytes(), "split into several files"},
		{"entries on another disk", zipCraft{parts: []zipPart{pluginFile}, end: set16(8, 0)}.bytes(), "split into several files"},
		{"an entry on another disk", craft(zipPart{name: pluginFile.name, body: pluginFile.body, central: set16(34, 1)}), "lies outside of the zip"},
		{"fewer entries than counted", zipCraft{parts: []zipPart{pluginFile}, end: func(b []byte) { set16(8, 2)(b); set16(10, 2)(b) }}.bytes(), "directory does not fit"},
		{"more entries than counted", zipCraft{parts: []zipPart{pluginFile, {name: dir + "a"}}, end: func(b []byte) { set16(8, 1)(b); set16(10, 1)(b) }}.bytes(), "directory does not fit"},
		{"a name longer than the directory", craft(zipPart{name: pluginFile.name, body: pluginFile.body, central: set16(28, 9999)}), "directory does not fit"},
		{"a directory entry without signature", craft(zipPart{name: pluginFile.name, body: pluginFile.body, central: set16(0, 0)}), "directory does not fit"},
		{"too many entries", zipCraft{parts: []zipPart{pluginFile}, end: func(b []byte) { set16(8, maxEntries+1)(b); set16(10, maxEntries+1)(b) }}.bytes(), "more than 50000 files"},
		{"too large a directory", zipCraft{parts: []zipPart{pluginFile}, end: set32(12, maxDirectoryBytes+1)}.bytes(), "directory is larger than 8 MiB"},
		{"a directory beyond the end", zipCraft{parts: []zipPart{pluginFile}, end: set32(16, 1<<30)}.bytes(), "directory is not where its end says"},
		{"a zip64 end that says otherwise", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end: set16(10, 2)}.bytes(), "two end records that disagree"},
		{"a zip64 end with another length of the directory", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end: set32(12, 46)}.bytes(), "two end records that disagree"},
		{"a zip64 end with another place of the directory", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end: set32(16, 46)}.bytes(), "two end records that disagree"},
		{"a zip64 end without signature", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end64: set32(0, 0)}.bytes(), "two end records that disagree"},
		{"a zip64 end elsewhere", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end64: set32(end64Len+8, 0)}.bytes(), "two end records that disagree"},
		{"a zip64 end of another length", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end64: set32(4, 45)}.bytes(), "two end records that disagree"},
		{"a zip64 end on another disk", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end64: set32(16, 1)}.bytes(), "split into several files"},
		{"a zip64 end with a count beyond measure", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end64: func(b []byte) { le.PutUint64(b[24:], math.MaxUint64); le.PutUint64(b[32:], math.MaxUint64) }}.bytes(), "more than 50000 files"},
		{"a zip64 offset beyond measure", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end64: func(b []byte) { le.PutUint64(b[48:], math.MaxUint64) }}.bytes(), "directory is not where its end says"},
		{"a zip64 offset beyond measure that wraps around", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end64: func(b []byte) {
			le.PutUint64(b[40:], le.Uint64(b[40:])+le.Uint64(b[48:])+1)
			le.PutUint64(b[48:], math.MaxUint64)
		}}.bytes(), "directory is not where its end says"},
		{"an entry beyond the end", with(zipPart{name: dir + "a", central: set32(42, 1<<30)}), "lies outside of the zip"},
		{"an entry longer than the zip", with(zipPart{name: dir + "a", central: set32(20, 1<<30)}), "lies outside of the zip"},
		{"a zip64 field too short", with(zipPart{name: dir + "a", extra: zipField(extraZip64), central: set32(42, math.MaxUint32)}), "lies outside of the zip"},
		{"two zip64 fields", with(zipPart{name: dir + "a", extra: append(zipField(extraZip64), zipField(extraZip64, uint64(next))...), central: set32(42, math.MaxUint32)}), "lies outside of the zip"},
		{"a missing zip64 field", with(zipPart{name: dir + "a", central: set32(42, math.MaxUint32)}), "lies outside of the zip"},

		// names
		{"no name", named(""), "entry without a name"},
		{"traversal", named(dir + "../../wp-config.php"), "has a '..' in it"},
		{"traversal at the start", named("../wp-config.php"), "has a '..' in it"},
		{"traversal with backslashes", named(dir + `..\..\wp-config.php`), "has a backslash"},
		{"a dot", named(dir + "./a"), "has a '.' in it"},
		{"an absolute name", named("/etc/passwd"), "is absolute"},
		{"a drive letter", named("C:/windows/a"), "has a colon"},
		{"a network share", named(`\\host\share\a`), "has a backslash"},
		{"an empty folder name", named(dir + "/a"), "an empty folder name"},
		{"NUL in a name", named(dir + "a.php\x00.txt"), "has control characters"},
		{"a line end in a name", named(dir + "a\nb"), "has control characters"},
		{"text direction in a name", named(dir + "a\u202egnp.php"), "has control characters"},
		{"a name that is not UTF-8", named(dir + "\xfcber"), "is not UTF-8"},
		{"a name that Windows shortens", named(dir + "a.php."), "ends in a dot or space"},
		{"another name that Windows shortens", named(dir + "a /b"), "ends in a dot or space"},
		{"too long a name", named(dir + strings.Repeat("a/", maxPathBytes/2)), "longer than 1024 bytes"},
		{"too long a part of a name", named(dir + strings.Repeat("n", maxSegmentBytes+1)), "longer than 255 bytes"},
		{"a second name", with(zipPart{name: dir + "a", extra: secondName("../evil.php")}), "has a second name"},
		{"a second name behind the first", with(zipPart{name: dir + "a", extra: append(secondName(dir+"a"), secondName("../evil.php")...)}), "has a second name"},
		{"a second name in the directory", with(zipPart{name: dir + "a", extra: secondName(dir + "a"), central: func(h []byte) { h[len(h)-1] = 'b' }}), "has a second name"},
		{"a second name in the local header", with(zipPart{name: dir + "a", extra: secondName(dir + "a"), local: func(h []byte) { h[len(h)-1] = 'b' }}), "has a second name"},
		{"another name in the local header", with(zipPart{name: dir + "a", body: "x", local: setName("../evil/passwd!!")}), "the file itself"},
		{"a file outside of a folder", named("readme.txt"), `"readme.txt" is not in a folder`},
		{"two top folders", named("other/readme.txt"), `two top folders, "my-cool-plugin" and "other"`},
		{"a top folder in other letter case", named("My-Cool-Plugin/a"), "two top folders"},
		{"what macOS adds", named("__MACOSX/my-cool-plugin/._a"), "which macOS adds"},
		{"a name twice", named(pluginFile.name), "one file where letter case makes no difference"},
		{"a name twice in other letter case", named(dir + "MY-cool-plugin.PHP"), "one file where letter case makes no difference"},
		{"a name twice with a long s", with(zipPart{name: dir + "ſ"}, zipPart{name: dir + "s"}), "one file where letter case makes no difference"},
		{"a folder twice", craft(pluginFile, zipPart{name: dir + "a/"}, zipPart{name: dir + "A/"}), "one file where letter case makes no difference"},
		{"a file and a folder", craft(pluginFile, zipPart{name: dir + "a"}, zipPart{name: dir + "a/"}), "both a file and a folder"},
		{"a file as a folder", craft(pluginFile, zipPart{name: dir + "a/b/c"}, zipPart{name: dir + "A"}), `"my-cool-plugin/A" is both a file and a folder`},
		{"a long and ugly name", named(dir + strings.Repeat("\x1b\u202e", 400)), `…`},

		// kinds
		{"a symlink", with(zipPart{name: dir + "a", body: "/etc/passwd", attributes: zipMode(modeSymlink | 0o777)}), "is a symbolic link"},
		{"a symlink said to come from MS-DOS", with(zipPart{name: dir + "a", body: "/etc", attributes: zipMode(modeSymlink), central: set16(4, 20)}), "is a symbolic link"},
		{"a device", with(zipPart{name: dir + "a", attributes: zipMode(0o020666)}), "is a device, socket or pipe"},
		{"a named pipe as a folder", with(zipPart{name: dir + "a/", attributes: zipMode(0o010666)}), "is a device, socket or pipe"},
		{"setuid", with(zipPart{name: dir + "a", attributes: zipMode(modeFile | 0o4755)}), "setuid"},
		{"a folder named like a file", with(zipPart{name: dir + "a", attributes: zipMode(modeFolder | 0o755)}), "marked as a folder"},
		{"an MS-DOS folder named like a file", with(zipPart{name: dir + "a", attributes: dosFolder}), "marked as a folder"},
		{"a folder with contents", with(zipPart{name: dir + "a/", body: "x"}), "has contents of its own"},
		{"encrypted", with(zipPart{name: dir + "a", flags: 1}), "is encrypted"},
		{"strongly encrypted", with(zipPart{name: dir + "a", flags: 1 << 6}), "is encrypted"},
		{"encrypted, says the local header only", with(zipPart{name: dir + "a", local: set16(6, 1)}), "disagree about"},
		{"another method", with(zipPart{name: dir + "a", local: set16(8, 12), central: set16(10, 12)}), "compressed with method 12"},
		{"another method, says the local header only", with(zipPart{name: dir + "a", body: "x", local: set16(8, 8)}), "disagree about"},

		// sizes, checksums and places
		{"a bomb", with(zipPart{name: dir + "a", deflate: true, packed: zeros(20), central: set32(24, 20<<20)}), "more than 200 times"},
		{"a bomb of many files", craft(bombs(dir)...), "unpacks to more than 100 times"},
		{"more than fits", with(zipPart{name: dir + "a", central: set32(24, maxUnpackedBytes+1)}), "unpacks to more than 2048 MiB"},
		{"more than fits, together", craft(manyLarge(dir)...), "The files in the zip unpack to more than 2048 MiB"},
		{"a size too small", lie(pluginFile.name, noise, 22, 24, uint32(len(noise)-1)), "another size"},
		{"a size too large", lie(pluginFile.name, noise, 22, 24, uint32(len(noise)+1)), "another size"},
		{"a packed size too small", lie(pluginFile.name, noise, 18, 20, 10), "that belong to no file"},
		{"a wrong checksum", lie(pluginFile.name, noise, 14, 16, 1), "checksum"},
		{"a checksum of zero", lie(pluginFile.name, noise, 14, 16, 0), "checksum"},
		{"a size, says the local header only", with(zipPart{name: dir + "a", body: "x", local: set32(22, 0)}), "disagree about"},
		{"a packed size, says the local header only", with(zipPart{name: dir + "a", body: "x", local: set32(18, 0)}), "disagree about"},
		{"a checksum, says the local header only", with(zipPart{name: dir + "a", body: "x", local: set32(14, 0)}), "disagree about"},
		{"a size before the descriptor", with(zipPart{name: dir + "a", body: "x", descriptor: 16, local: set32(22, 7)}), "disagree about"},
		{"a descriptor, says the local header only", with(zipPart{name: dir + "a", body: "x", local: set16(6, flagDescriptor)}), "disagree about"},
		{"a descriptor missing", with(zipPart{name: dir + "a", body: "x", flags: flagDescriptor}), "does not fit it"},
		{"a descriptor too much", with(zipPart{name: dir + "a", body: "x", after: strings.Repeat("\x00", 12)}), "12 bytes that belong to no file"},
		{"a descriptor that lies", with(zipPart{name: dir + "a", body: "x", flags: flagDescriptor, after: strings.Repeat("\x00", 12)}), "does not fit it"},
		{"a descriptor and more", with(zipPart{name: dir + "a", body: "x", descriptor: 16, after: "hidden"}), "does not fit it"},
		{"a broken deflate stream", with(zipPart{name: dir + "a", body: "x", deflate: true, packed: []byte("\xff\xff\xff")}), "cannot be unpacked"},
		{"a missing deflate stream", with(zipPart{name: dir + "a", deflate: true, packed: []byte{}}), "cannot be unpacked"},
		{"a cut deflate stream", with(zipPart{name: dir + "a", body: noise, deflate: true, packed: deflated(noise)[:12]}), "cannot be unpacked"},
		{"two names for one place", with(zipPart{name: dir + "a", body: pluginHeader, deflate: true, central: set32(42, 0)}), "overlaps"},
		{"an entry inside of another", craft(zipPart{name: dir + "a", body: string(craft(pluginFile))}, zipPart{name: pluginFile.name, body: pluginFile.body, deflate: true, central: set32(42, uint32(localLen+len(dir)+1))}), "overlaps"},
		{"an entry longer than its place", lie(dir+"a", noise, 18, 20, uint32(len(noise)+localLen)), "overlaps"},
		{"an entry where there is none", with(zipPart{name: dir + "a", body: noise, central: set32(42, next+40)}), "that belong to no file"},
		{"a local header without signature", with(zipPart{name: dir + "a", body: noise, local: set32(0, 0)}), "not where the zip's directory says"},
		{"a local name without end", with(zipPart{name: dir + "a", local: set16(26, math.MaxUint16)}), "overlaps"},

		// headers
		{"a plugin without a version", craft(zipPart{name: "p/p.php", body: "<?php\n// Plugin Name: P\n"}), `"p/p.php" names the plugin but has no Version`},
		{"a theme without a version", craft(zipPart{name: "t/style.css", body: "/* Theme Name: T */"}), `"t/style.css" names the theme but has no Version`},
		{"a version too far down", craft(zipPart{name: "p/p.php", body: "Plugin Name: P\n" + strings.Repeat(" ", headBytes) + "\nVersion: 1\n"}), "no Version header in its first 8 KiB"},
	}
}

// lie returns an archive whose second entry has a false 32-bit value in its
// local and its directory header.
func lie(name, body string, local, central int, v uint32) []byte {
	first := zipPart{name: "my-cool-plugin/first", body: "x"}
	return craft(first, zipPart{name: name, body: body, local: set32(local, v), central: set32(central, v)})
}

// bombs returns files that are each within their own allowance.
func bombs(dir string) []zipPart {
	var parts []zipPart
	for _, c := range "abcdefghijklmnop" {
		parts = append(parts, zipPart{name: dir + string(c), deflate: true, packed: zeros(1), central: set32(24, 1<<20)})
	}
	return parts
}

// manyLarge returns files that claim more together than an archive may unpack
// to, each with a sound ratio.
func manyLarge(dir string) []zipPart {
	var parts []zipPart
	packed := make([]byte, 4<<20)
	for _, c := range "abcd" {
		parts = append(parts, zipPart{name: dir + string(c), deflate: true, packed: packed, central: set32(24, 600<<20)})
	}
	return parts
}
