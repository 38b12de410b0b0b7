package catalog

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/licethq/licet/internal/fault"
)

const pluginHeader = `<?php
/**
 * Plugin Name: My Cool Plugin
 * Plugin URI: https://example.com/cool
 * Description: Makes things cool.
 * Version: 1.2.3
 * Requires at least: 6.0
 * Tested up to: 6.8
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce, akismet
 * Author: Jane Doe
 * Author URI: https://example.com
 */
`

const themeHeader = `/*
Theme Name: My Theme
Theme URI: https://example.com/theme
Version: 2.0
Requires PHP: 8.0
*/
body { color: red }
`

var pluginManifest = Manifest{
	Slug: "my-cool-plugin", Type: "PLUGIN", Name: "My Cool Plugin", Version: "1.2.3",
	Requires: "6.0", Tested: "6.8", RequiresPHP: "7.4", RequiresPlugins: []string{"akismet", "woocommerce"},
	Author: "Jane Doe", AuthorURI: "https://example.com", URI: "https://example.com/cool", Description: "Makes things cool.",
}

// pluginFile is the plugin's main file; other cases add what is wrong.
var pluginFile = zipPart{name: "my-cool-plugin/my-cool-plugin.php", body: pluginHeader, deflate: true}

func craft(parts ...zipPart) []byte { return zipCraft{parts: parts}.bytes() }

// zipWritten returns an archive from archive/zip's writer, which streams: sizes
// and checksums come after the data. Files are name and body in turns.
func zipWritten(files ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil && files[i+1] != "" {
			_, err = io.WriteString(f, files[i+1])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func inspectBytes(archive []byte) (Manifest, error) {
	return Inspect(bytes.NewReader(archive), int64(len(archive)))
}

type goodArchive struct {
	name    string
	archive []byte
	want    Manifest
}

func goodArchives() []goodArchive {
	small := func(slug, kind, name, version string) Manifest {
		return Manifest{Slug: slug, Type: kind, Name: name, Version: version}
	}
	theme := Manifest{Slug: "my-theme", Type: "THEME", Name: "My Theme", Version: "2.0", RequiresPHP: "8.0", URI: "https://example.com/theme"}
	nested := string(craft(zipPart{name: "inner/a.txt", body: "stored"}))
	return []goodArchive{
		{"a plugin", zipWritten("my-cool-plugin/my-cool-plugin.php", pluginHeader), pluginManifest},
		{"a plugin with folders, a readme and assets", zipWritten(
			"my-cool-plugin/", "",
			"my-cool-plugin/readme.txt", "=== My Cool Plugin ===\nStable tag: 9.9.9\nRequires at least: 5.0\n",
			"my-cool-plugin/includes/", "",
			"my-cool-plugin/includes/class.php", "<?php\n/* Plugin Name: Not here\nVersion: 9 */",
			"my-cool-plugin/Über uns.txt", "ü",
			"my-cool-plugin/empty.txt", "",
			"my-cool-plugin/my-cool-plugin.php", pluginHeader), pluginManifest},
		{"a theme", zipWritten("my-theme/functions.php", "<?php\n", "my-theme/style.css", themeHeader), theme},
		{"an app", zipWritten("my-app/bin/run", "#!/bin/sh\n", "my-app/README.md", "Version: 3"), small("my-app", "APP", "", "")},
		{"a theme's header in another folder", zipWritten("my-app/assets/style.css", themeHeader), small("my-app", "APP", "", "")},
		{"a theme's header in another file", zipWritten("my-app/theme.css", themeHeader), small("my-app", "APP", "", "")},
		{"CRLF lines", zipWritten("my-cool-plugin/my-cool-plugin.php", strings.ReplaceAll(pluginHeader, "\n", "\r\n")), pluginManifest},
		{"CR lines", zipWritten("my-cool-plugin/my-cool-plugin.php", strings.ReplaceAll(pluginHeader, "\n", "\r")), pluginManifest},
		{"a header in the second file", zipWritten("my-cool-plugin/a.php", "<?php\n", "my-cool-plugin/loader.php", pluginHeader), pluginManifest},
		{"the file named like the slug wins", zipWritten("p/a.php", "Plugin Name: A\nVersion: 1", "p/p.php", "Plugin Name: P\nVersion: 2", "p/b.php", "Plugin Name: B\nVersion: 3"), small("p", "PLUGIN", "P", "2")},
		{"the file named like the slug wins, coming first", zipWritten("p/p.php", "Plugin Name: P\nVersion: 2", "p/a.php", "Plugin Name: A\nVersion: 1"), small("p", "PLUGIN", "P", "2")},
		{"otherwise the first by name", zipWritten("p/b.php", "Plugin Name: B\nVersion: 3", "p/a.php", "Plugin Name: A\nVersion: 1", "p/c.php", "Plugin Name: C\nVersion: 4"), small("p", "PLUGIN", "A", "1")},
		{"a hidden file is no plugin", zipWritten("p/.p.php", "Plugin Name: P\nVersion: 2"), small("p", "APP", "", "")},
		{"a plugin with a theme's stylesheet", zipWritten("p/style.css", themeHeader, "p/p.php", "Plugin Name: P\nVersion: 1"), small("p", "PLUGIN", "P", "1")},
		{"a plugin with a theme's stylesheet behind it", zipWritten("p/p.php", "Plugin Name: P\nVersion: 1", "p/style.css", themeHeader), small("p", "PLUGIN", "P", "1")},
		{"a stylesheet without a version beside a plugin", zipWritten("p/style.css", "Theme Name: T", "p/p.php", "Plugin Name: P\nVersion: 1"), small("p", "PLUGIN", "P", "1")},
		{"stored and deflated", craft(zipPart{name: "my-cool-plugin/", attributes: zipMode(modeFolder|0o2755) | dosFolder}, pluginFile, zipPart{name: "my-cool-plugin/logo.png", body: "\x89PNG", attributes: zipMode(modeFile | 0o644)}), pluginManifest},
		{"a descriptor without signature", craft(zipPart{name: pluginFile.name, body: pluginFile.body, deflate: true, descriptor: 12}), pluginManifest},
		{"a descriptor with signature", craft(zipPart{name: pluginFile.name, body: pluginFile.body, deflate: true, descriptor: 16}), pluginManifest},
		{"a long descriptor without signature", craft(zipPart{name: pluginFile.name, body: pluginFile.body, descriptor: 20}), pluginManifest},
		{"a long descriptor with signature", craft(zipPart{name: pluginFile.name, body: pluginFile.body, deflate: true, descriptor: 24}), pluginManifest},
		{"zip64 entries", craft(zipPart{name: pluginFile.name, body: pluginFile.body, zip64: true}, zipPart{name: "my-cool-plugin/b", body: "b", deflate: true, zip64: true, descriptor: 24}), pluginManifest},
		{"a zip64 end", zipCraft{parts: []zipPart{pluginFile}, zip64: true}.bytes(), pluginManifest},
		{"a zip64 end with the short one filled in", zipCraft{parts: []zipPart{pluginFile}, zip64: true, end: func(end []byte) { le.PutUint16(end[8:], 1); le.PutUint16(end[10:], 1) }}.bytes(), pluginManifest},
		{"a comment, as git archive writes", zipCraft{parts: []zipPart{pluginFile}, comment: strings.Repeat("0a", 20)}.bytes(), pluginManifest},
		{"a directory in another order", zipCraft{parts: []zipPart{pluginFile, {name: "my-cool-plugin/a", body: "a"}}, reverse: true}.bytes(), pluginManifest},
		{"a zip in the zip", craft(pluginFile, zipPart{name: "my-cool-plugin/templates.zip", body: nested}), pluginManifest},
		{"the same second name", craft(zipPart{name: pluginFile.name, body: pluginFile.body, extra: secondName(pluginFile.name)}), pluginManifest},
		{"a zip64 field of no use", craft(zipPart{name: pluginFile.name, body: pluginFile.body, extra: zipField(extraZip64, 7, 7, 7)}), pluginManifest},
		{"a name that begins like another", craft(pluginFile, zipPart{name: "my-cool-plugin/logo"}, zipPart{name: "my-cool-plugin/logo-s/a"}), pluginManifest},
		{"padding in the extra field", craft(zipPart{name: pluginFile.name, body: pluginFile.body, extra: []byte{0, 0, 0}}), pluginManifest},
		{"an extra field longer than its room", craft(zipPart{name: pluginFile.name, body: pluginFile.body, extra: []byte{1, 0, 99, 0, 0}}), pluginManifest},
		{"a folder marked as deflated", craft(pluginFile, zipPart{name: "my-cool-plugin/a/", deflate: true, packed: []byte{}}), pluginManifest},
		{"a folder deflated, as jar does", craft(pluginFile, zipPart{name: "my-cool-plugin/a/", deflate: true}), pluginManifest},
		{"a repetitive file within the allowance", craft(pluginFile, zipPart{name: "my-cool-plugin/zeros", body: strings.Repeat("0", fileAllowance), deflate: true}), pluginManifest},
		{"a name of the greatest length", craft(pluginFile, zipPart{name: "my-cool-plugin/" + strings.Repeat("n", maxSegmentBytes)}), pluginManifest},
	}
}

func TestInspectGood(t *testing.T) {
	for _, tc := range goodArchives() {
		t.Run(tc.name, func(t *testing.T) {
			got, err := inspectBytes(tc.archive)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
			agreesWithArchiveZip(t, tc.archive, got.Slug)
		})
	}
}

// agreesWithArchiveZip fails unless Go's own reader unpacks the archive too,
// into the one folder.
func agreesWithArchiveZip(t *testing.T, archive []byte, slug string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatalf("archive/zip: %v", err)
	}
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, slug+"/") {
			t.Errorf("archive/zip sees %q outside of %q", f.Name, slug)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatalf("archive/zip: %q: %v", f.Name, err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Errorf("archive/zip: %q: %v", f.Name, err)
		}
	}
}

func TestInspectHostile(t *testing.T) {
	for _, tc := range hostileArchives() {
		t.Run(tc.name, func(t *testing.T) {
			_, err := inspectBytes(tc.archive)
			var e *fault.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want a fault", err)
			}
			if e.Code != fault.ArchiveInvalid || e.Field != "file" || !strings.Contains(e.Message, tc.message) {
				t.Errorf("got %v\nwant ARCHIVE_INVALID: …%s… (file)", e, tc.message)
			}
			if len(e.Message) > 500 || strings.ContainsFunc(e.Message, func(r rune) bool { return r < ' ' }) {
				t.Errorf("not fit to be shown: %q", e.Message)
			}
		})
	}
}

func TestInspectTooLarge(t *testing.T) {
	_, err := Inspect(bytes.NewReader(nil), MaxArchive+1)
	e := fault.From(err)
	if e.Code != fault.TooLarge || e.Field != "file" || !strings.Contains(e.Message, "513 MiB, and at most 512 MiB") {
		t.Errorf("got %v", err)
	}
}

// A disk that fails is not the seller's fault.
func TestInspectReadError(t *testing.T) {
	archive := craft(pluginFile, zipPart{name: "my-cool-plugin/b", body: strings.Repeat("b", 1000), descriptor: 16})
	cause := errors.New("disk on fire")
	for calls := range 20 {
		r := &failingReader{Reader: bytes.NewReader(archive), good: calls, err: cause}
		_, err := Inspect(r, int64(len(archive)))
		if err == nil {
			if calls < 8 { // end, second end, directory, twice local header and rest, descriptor
				t.Errorf("only %d reads", calls)
			}
			return
		}
		var e *fault.Error
		if !errors.Is(err, cause) || errors.As(err, &e) {
			t.Errorf("after %d reads: %v", calls, err)
		}
	}
	t.Error("still failing")
}

// failingReader fails once, after so many good reads.
type failingReader struct {
	*bytes.Reader
	good int
	err  error
}

func (r *failingReader) ReadAt(b []byte, off int64) (int, error) {
	if r.good--; r.good == -1 {
		return 0, r.err
	}
	return r.Reader.ReadAt(b, off)
}

func TestInspectMemory(t *testing.T) {
	bomb := func(declared uint32) []byte {
		return craft(zipPart{name: "p/zeros", deflate: true, packed: zeros(200), local: set32(22, declared), central: set32(24, declared)})
	}
	many := make([]zipPart, 20_000)
	for i := range many {
		many[i] = zipPart{name: fmt.Sprintf("p/%d-%s", i, strings.Repeat("n", 200)), body: "x"}
	}

	for _, tc := range []struct {
		name    string
		archive []byte
		limit   uint64 // bytes allocated in all
		message string
	}{
		{"bomb", bomb(200 << 20), 1 << 20, "unpacks to more than 200 times"},
		{"bomb that denies it", bomb(1000), 1 << 20, "another size"},
		{"wide directory", craft(many...), 40 << 20, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := inspectBytes(tc.archive)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if tc.message == "" && err != nil || tc.message != "" && (err == nil || !strings.Contains(err.Error(), tc.message)) {
				t.Errorf("got %v, want %q", err, tc.message)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > tc.limit {
				t.Errorf("allocated %d KiB, want at most %d", got>>10, tc.limit>>10)
			}
			if took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// FuzzInspect demands that whatever is refused is refused by a fault, and
// that whatever passes can be read by another zip reader.
func FuzzInspect(f *testing.F) {
	for _, tc := range goodArchives() {
		f.Add(tc.archive)
	}
	for _, tc := range hostileArchives() {
		if len(tc.archive) < 1<<16 {
			f.Add(tc.archive)
		}
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		m, err := inspectBytes(archive)
		if err != nil {
			var e *fault.Error
			if !errors.As(err, &e) {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		if m.Slug == "" || m.Type != "APP" && (m.Name == "" || m.Version == "") {
			t.Errorf("incomplete: %+v", m)
		}
		agreesWithArchiveZip(t, archive, m.Slug)
	})
}
