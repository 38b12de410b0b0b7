package catalog

import (
	"reflect"
	"strings"
	"testing"
)

// The wanted values are what WordPress' get_file_data returns for the same
// bytes, except where a comment says so.
func TestHeaderFields(t *testing.T) {
	for _, tc := range []struct {
		name, head, field, want string
	}{
		{"block comment", "<?php\n/**\n * Plugin Name: Cool\n */", "plugin name", "Cool"},
		{"one line", "<?php /* Plugin Name: Cool */ ?>", "plugin name", "Cool"},
		{"line comment", "<?php\n// Plugin Name: Cool\n", "plugin name", "Cool"},
		{"hash comment", "<?php\n# Plugin Name: Cool\n", "plugin name", "Cool"},
		{"annotation", "<?php\n/**\n * @Version: 1.0\n", "version", "1.0"},
		{"bare", "Plugin Name: Cool", "plugin name", "Cool"},
		{"letter case", "PLUGIN NAME: Cool", "plugin name", "Cool"},
		{"blanks", "\t *\tVersion:\t 1.0 \t\n", "version", "1.0"},
		{"no blank", "Version:1.0", "version", "1.0"},
		{"blank before the colon", "Version : 1.0", "version", ""},
		{"closing tag", "// Version: 1.0 ?> <html>", "version", "1.0"},
		{"comment end without blank", "/* Version: 1.0*/ echo 1;", "version", "1.0"},
		{"first of two", "Version: 1.0\nVersion: 2.0", "version", "1.0"},
		{"first of two, empty", "Version:\nVersion: 2.0", "version", ""},
		{"a line without a colon first", "Version\nVersion: 2.0", "version", "2.0"},
		{"a tab inside", "Plugin Name: Very\tCool", "plugin name", "Very\tCool"},
		{"a field of no use here", "Text Domain: cool", "text domain", ""}, // ours
		{"part of another field", "DB Version: 2.0\nStable Version: 3.0", "version", ""},
		{"within code", "<?php define('Version: 1.0');", "version", ""},
		{"colon in the value", "Plugin URI: https://example.com/a", "plugin uri", "https://example.com/a"},
		{"author is not author uri", "Author URI: https://example.com", "author", ""},
		{"CRLF", "Version: 1.0\r\nAuthor: A\r\n", "version", "1.0"},
		{"CR", "Plugin Name: Cool\rVersion: 1.0\rAuthor: A", "version", "1.0"},
		{"HTML", "Author: <a href=\"https://e.com\">Smith & Sons</a>", "author", `<a href="https://e.com">Smith & Sons</a>`},
		{"Unicode", "Plugin Name: Größe 日本", "plugin name", "Größe 日本"},
		{"behind a byte order mark", "\ufeffVersion: 1.0", "version", ""},
		{"beyond 8 KiB", strings.Repeat("\n", headBytes) + "Version: 1.0", "version", ""},
		{"cut by 8 KiB", strings.Repeat("\n", headBytes-len("Version: 1.0")) + "Version: 1.0.5", "version", "1.0"},
		{"NUL around", "Version: \x001.0\x00", "version", "1.0"},
		{"control characters", "Plugin Name: C\x00o\x1bol", "plugin name", "Cool"},  // ours: databases refuse NUL
		{"not UTF-8", "Plugin Name: Gr\xf6\xdfe", "plugin name", "Gr\ufffd\ufffde"}, // ours: databases refuse it
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := headerFields([]byte(tc.head))[tc.field]; got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestHeaderKinds(t *testing.T) {
	head := []byte("Theme Name: T\nTheme URI: https://t.example\nPlugin Name: P\nPlugin URI: https://p.example\nVersion: 1")
	for kind, want := range map[string]Manifest{
		"PLUGIN": {Type: "PLUGIN", Name: "P", URI: "https://p.example", Version: "1"},
		"THEME":  {Type: "THEME", Name: "T", URI: "https://t.example", Version: "1"},
	} {
		if got, ok := readHeader(head, kind); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", kind, got, ok)
		}
		for _, none := range []string{"", "Version: 1", kind + " Name: \nVersion: 1"} {
			if got, ok := readHeader([]byte(none), kind); ok {
				t.Errorf("%s in %q: got %+v", kind, none, got)
			}
		}
	}
}

func TestHeaderDependencies(t *testing.T) {
	for list, want := range map[string][]string{
		"":                              nil,
		" , ":                           nil,
		"woocommerce":                   {"woocommerce"},
		"woocommerce , akismet":         {"akismet", "woocommerce"},
		"b,a,b":                         {"a", "b"},
		"a/a.php, Upper, a b, -a, a--b": nil,
		"2factor, contact-form-7":       {"2factor", "contact-form-7"},
	} {
		if got := dependencies(list); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q, want %q", list, got, want)
		}
	}
}
