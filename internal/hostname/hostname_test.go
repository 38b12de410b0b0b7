package hostname_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/licethq/licet/internal/hostname"
)

func TestParse(t *testing.T) {
	t.Parallel()
	label63 := strings.Repeat("a", 63)
	name253 := strings.Repeat(label63+".", 3) + strings.Repeat("a", 61)
	for _, tc := range []struct {
		name, in string
		want     string // the name; empty if the input is refused
		key      string // the key where it is not the name
	}{
		{name: "plain host", in: "example.com", want: "example.com"},
		{name: "case and blanks around", in: " \tEXAMPLE.Com\n", want: "example.com"},
		{name: "no-break space around", in: "\u00a0example.com\u00a0", want: "example.com"},
		{name: "trailing dot", in: "example.com.", want: "example.com"},
		{name: "URL", in: "https://example.com/", want: "example.com"},
		{name: "URL with everything", in: "HTTPS://me:se@cret@Example.com.:8443/blog/?q=a@b.c#x://y", want: "example.com"},
		{name: "any scheme", in: "ftp://example.com", want: "example.com"},
		{name: "no scheme but slashes", in: "//example.com/blog", want: "example.com"},
		{name: "port", in: "example.com:8080", want: "example.com"},
		{name: "path only", in: "example.com/a:b/c@d", want: "example.com"},
		{name: "query only", in: "example.com?to=http://other.example", want: "example.com"},
		{name: "fragment only", in: "example.com#top", want: "example.com"},
		{name: "user info", in: "me@example.com", want: "example.com"},

		{name: "one label", in: "localhost", want: "localhost"},
		{name: "one label with port", in: "http://intranet:81", want: "intranet"},
		{name: "underscore", in: "my_site.example.com", want: "my_site.example.com"},
		{name: "two hyphens", in: "r3---sn-apo3qvuoxuxbt-j5pe.example.com", want: "r3---sn-apo3qvuoxuxbt-j5pe.example.com"},
		{name: "hyphens outside", in: "-my-.example.com", want: "-my-.example.com"},
		{name: "number first", in: "1.example.com", want: "1.example.com"},

		{name: "www", in: "www.example.com", want: "www.example.com", key: "example.com"},
		{name: "www in capitals", in: "WWW.example.com", want: "www.example.com", key: "example.com"},
		{name: "only one www", in: "www.www.example.com", want: "www.www.example.com", key: "www.example.com"},
		{name: "www below a top level", in: "www.com", want: "www.com"},
		{name: "www of www.com", in: "www.www.com", want: "www.www.com", key: "www.com"},
		{name: "www alone", in: "www", want: "www"},
		{name: "www at the start of a longer label", in: "www2.example.com", want: "www2.example.com"},

		{name: "umlaut", in: "Bücher.example", want: "xn--bcher-kva.example"},
		{name: "umlaut in two code points", in: "bu\u0308cher.example", want: "xn--bcher-kva.example"},
		{name: "A-label", in: "XN--BCHER-KVA.example", want: "xn--bcher-kva.example"},
		{name: "sharp s stays", in: "faß.example", want: "xn--fa-hia.example"},
		{name: "umlaut and underscore", in: "mün_1.example", want: "xn--mn_1-0ra.example"},
		{name: "right to left", in: "مثال.إختبار", want: "xn--mgbh0fb.xn--kgbechtv"},
		{name: "symbol mapped to a right-to-left letter", in: "zaℵ.example", want: "xn--za-wld.example"},
		{name: "ideographic dots", in: "日本語。jp。", want: "xn--wgv71a119e.jp"},
		{name: "full width", in: "ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", want: "www.example.com", key: "example.com"},
		{name: "emoji", in: "i❤.ws", want: "xn--i-7iq.ws"},
		{name: "soft hyphen", in: "exam\u00adple.com", want: "example.com"},

		{name: "IPv4", in: "192.0.2.1", want: "192.0.2.1"},
		{name: "IPv4 URL", in: "http://192.0.2.1:8080/blog", want: "192.0.2.1"},
		{name: "IPv4 with trailing dot", in: "192.0.2.1.", want: "192.0.2.1"},
		{name: "IPv4 in full width", in: "１９２.０.２.１", want: "192.0.2.1"},
		{name: "IPv6", in: "2001:DB8:0:0::1", want: "2001:db8::1"},
		{name: "IPv6 in brackets", in: "[2001:db8::1]", want: "2001:db8::1"},
		{name: "IPv6 URL", in: "http://[2001:db8::1]:8080/blog", want: "2001:db8::1"},
		{name: "IPv4 in IPv6", in: "[::ffff:192.0.2.1]", want: "192.0.2.1"},

		{name: "longest label", in: label63 + ".example", want: label63 + ".example"},
		{name: "longest name", in: name253 + ".", want: name253},
		{name: "highest port", in: "example.com:65535", want: "example.com"},
		{name: "longest input", in: "example.com/" + strings.Repeat("a", 2036), want: "example.com"},

		{name: "refused: nothing", in: ""},
		{name: "refused: blanks", in: " \n"},
		{name: "refused: scheme only", in: "https://"},
		{name: "refused: path only", in: "/blog"},
		{name: "refused: no authority", in: "http:///blog"},
		{name: "refused: user info only", in: "http://me:secret@/"},
		{name: "refused: port only", in: ":80"},
		{name: "refused: dot", in: "."},
		{name: "refused: blank inside", in: "exam ple.com"},
		{name: "refused: blank in the path", in: "example.com/a b"},
		{name: "refused: no-break space inside", in: "exam\u00a0ple.com"},
		{name: "refused: line break", in: "example.com\r\nX: y"},
		{name: "refused: NUL", in: "example.com\x00.evil.example"},
		{name: "refused: control character in the path", in: "example.com/a\x1bb"},
		{name: "refused: not UTF-8", in: "ex\xffample.com"},
		{name: "refused: backslash", in: `http://a.example\@b.example`},
		{name: "refused: percent escape", in: "ex%61mple.com"},
		{name: "refused: wildcard", in: "*.example.com"},
		{name: "refused: mapped to a slash", in: "example.com／blog"},
		{name: "refused: mapped to a colon", in: "example.com：80"},
		{name: "refused: replacement character", in: "ex\ufffdample.com"},
		{name: "refused: empty label", in: "example..com"},
		{name: "refused: empty first label", in: ".example.com"},
		{name: "refused: two trailing dots", in: "example.com.."},
		{name: "refused: long label", in: label63 + "a.example"},
		{name: "refused: long last label", in: "example." + label63 + "a"},
		{name: "refused: long A-label", in: strings.Repeat("ü", 60) + "ß.example"},
		{name: "refused: long name", in: name253 + "a"},
		{name: "refused: long input", in: "example.com/" + strings.Repeat("a", 2037)},
		{name: "refused: word as port", in: "example.com:http"},
		{name: "refused: empty port", in: "example.com:"},
		{name: "refused: high port", in: "example.com:65536"},
		{name: "refused: signed port", in: "example.com:+80"},
		{name: "refused: one slash", in: "http:/example.com"},
		{name: "refused: broken punycode", in: "xn--a.example"},
		{name: "refused: IPv4 too high", in: "192.0.2.256"},
		{name: "refused: IPv4 in octal", in: "010.0.0.1"},
		{name: "refused: short IPv4", in: "127.1"},
		{name: "refused: number", in: "2130706433"},
		{name: "refused: www and IPv4", in: "www.192.0.2.1"},
		{name: "refused: IPv4 in brackets", in: "[192.0.2.1]"},
		{name: "refused: name in brackets", in: "[example.com]"},
		{name: "refused: bracket left open", in: "[2001:db8::1"},
		{name: "refused: bracket left open before a port", in: "[2001:db8::1:80"},
		{name: "refused: bracket only closed", in: "2001:db8::1]"},
		{name: "refused: text after bracket", in: "[2001:db8::1]80"},
		{name: "refused: IPv6 zone", in: "fe80::1%eth0"},
		{name: "refused: IPv6 zone in brackets", in: "[fe80::1%25eth0]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			want := hostname.Host{Name: tc.want, Key: tc.key}
			if tc.key == "" {
				want.Key = tc.want
			}
			got, err := hostname.Parse(tc.in)
			if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (tc.want != "") {
				t.Errorf("Parse(%q): error %v\n%s", tc.in, err, diff)
			}
			if again, err := hostname.Parse(got.Name); tc.want != "" && (err != nil || again != got) {
				t.Errorf("Parse(%q) = %+v, %v; want itself", got.Name, again, err)
			}
		})
	}
}

func TestParseSite(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in string
		key, url string // empty if the input is refused
	}{
		{name: "host", in: "example.com", key: "example.com", url: "http://example.com"},
		{name: "slash", in: "https://example.com/", key: "example.com", url: "https://example.com"},
		{name: "everything", in: " HTTPS://me:secret@WWW.Example.com.:8443/Blog/?q#f ", key: "example.com/Blog", url: "https://www.example.com:8443/Blog"},
		{name: "no scheme", in: "example.com/blog/", key: "example.com/blog", url: "http://example.com/blog"},
		{name: "no scheme but slashes", in: "//example.com/blog", key: "example.com/blog", url: "http://example.com/blog"},
		{name: "folders", in: "http://example.com/de/shop", key: "example.com/de/shop", url: "http://example.com/de/shop"},
		{name: "default port", in: "http://example.com:80/a", key: "example.com/a", url: "http://example.com/a"},
		{name: "default TLS port", in: "https://example.com:0443", key: "example.com", url: "https://example.com"},
		{name: "the other's default port", in: "http://example.com:443", key: "example.com", url: "http://example.com:443"},
		{name: "port without scheme", in: "localhost:8888/wp", key: "localhost/wp", url: "http://localhost:8888/wp"},
		{name: "slashes", in: "http://example.com//blog///", key: "example.com/blog", url: "http://example.com/blog"},
		{name: "dots", in: "http://example.com/../a/./b/../c", key: "example.com/a/c", url: "http://example.com/a/c"},
		{name: "escaped dots", in: "http://example.com/a/%2e%2E/c", key: "example.com/c", url: "http://example.com/c"},
		{name: "needless escape", in: "http://example.com/%62log%2f", key: "example.com/blog", url: "http://example.com/blog"},
		{name: "escaped percent", in: "http://example.com/100%25", key: "example.com/100%25", url: "http://example.com/100%25"},
		{name: "escaped NUL stays escaped", in: "http://example.com/a%00b", key: "example.com/a%00b", url: "http://example.com/a%00b"},
		{name: "letters beyond ASCII", in: "http://bücher.example/ü", key: "xn--bcher-kva.example/%C3%BC", url: "http://xn--bcher-kva.example/%C3%BC"},
		{name: "the same escaped", in: "http://bücher.example/%c3%bc", key: "xn--bcher-kva.example/%C3%BC", url: "http://xn--bcher-kva.example/%C3%BC"},
		{name: "IPv6", in: "https://[2001:DB8::1]:8443/a/", key: "2001:db8::1/a", url: "https://[2001:db8::1]:8443/a"},
		{name: "bare IPv6", in: "2001:db8::1", key: "2001:db8::1", url: "http://[2001:db8::1]"},
		{name: "longest", in: "http://example.com/" + strings.Repeat("a", 2029), key: "example.com/" + strings.Repeat("a", 2029), url: "http://example.com/" + strings.Repeat("a", 2029)},

		{name: "refused: nothing", in: ""},
		{name: "refused: scheme only", in: "https://"},
		{name: "refused: user info only", in: "https://me:secret@/blog"},
		{name: "refused: ftp", in: "ftp://example.com"},
		{name: "refused: javascript", in: "javascript://example.com/%0aalert(1)"},
		{name: "refused: mail address with scheme", in: "mailto:me"},
		{name: "refused: malformed escape", in: "http://example.com/100%"},
		{name: "refused: blank", in: "http://example.com/a b"},
		{name: "refused: bad host", in: "http://*.example.com/"},
		{name: "refused: too long", in: "http://example.com/" + strings.Repeat("a", 2030)},
		{name: "refused: too long with the scheme", in: "example.com/" + strings.Repeat("a", 2030)},
		{name: "refused: too long when escaped", in: "http://example.com/" + strings.Repeat("ü", 400)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := hostname.ParseSite(tc.in)
			if got.Key != tc.key || got.URL != tc.url || (err == nil) != (tc.key != "") {
				t.Errorf("ParseSite(%q) = %+v, %v; want key %q, URL %q", tc.in, got, err, tc.key, tc.url)
			}
			host, err := hostname.Parse(tc.in)
			if tc.key != "" && (err != nil || host != got.Host) {
				t.Errorf("ParseSite has host %+v, Parse %+v, %v", got.Host, host, err)
			}
		})
	}
}

func TestErrorsKeepTheInputToThemselves(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"secret..example", "http://me:secret@", "secret:port", "[secret]", "secret:// blank", `secret\`, "secret\xff",
		"secret://example.com", "http://example.com/secret%", strings.Repeat("secret", 400),
	} {
		_, err := hostname.ParseSite(in)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("ParseSite(%.20q): error %v", in, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"https://me@WWW.Example.com.:8443/a/../b%2f?q#f", "bücher.example", "xn--bcher-kva.example", "[2001:db8::1]:80/x", "::ffff:192.0.2.1",
		"１９２.０.２.１", "日本語。jp。", "my_site.example.com", "i❤.ws", "مثال.إختبار", "127.1", `a\b`, "//x//y", "http://a/%25%00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		h, err := hostname.Parse(raw)
		if err != nil {
			if _, err := hostname.ParseSite(raw); err == nil {
				t.Fatalf("ParseSite takes %q, Parse refuses it", raw)
			}
			return
		}
		if len(h.Name) > 253 || h.Key == "" || !strings.HasSuffix(h.Name, h.Key) {
			t.Fatalf("Parse(%q) = %+v", raw, h)
		}
		if again, err := hostname.Parse(h.Name); err != nil || again != h {
			t.Fatalf("Parse(%q) = %+v, but then %+v, %v", raw, h, again, err)
		}
		s, err := hostname.ParseSite(raw)
		if err != nil {
			return
		}
		if again, err := hostname.ParseSite(s.URL); err != nil || again != s || s.Host != h {
			t.Fatalf("ParseSite(%q) = %+v, but then %+v, %v", raw, s, again, err)
		}
	})
}
