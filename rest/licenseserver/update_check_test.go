package licenseserver

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/internal/licensing"
)

func TestParagraphs(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "",
		" \n\t\n":                                "",
		"One line":                               "<p>One line</p>",
		"One\nTwo":                               "<p>One<br>Two</p>",
		"One\n\nTwo":                             "<p>One</p><p>Two</p>",
		"\n\nOne\n \t\n\n\nTwo\nThree\n":         "<p>One</p><p>Two<br>Three</p>",
		"<script>alert(\"1\")</script> & 'more'": "<p>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; &#39;more&#39;</p>",
		"* fixed\n* added":                       "<p>* fixed<br>* added</p>",
	} {
		if got := paragraphs(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestNewUpdate(t *testing.T) {
	s := &server{publicURL: "https://licet.test/base", namespace: namespaces[1]}
	full := catalog.ProductCard{
		Slug: "cool", Name: "Cool", Description: "A & B", Homepage: "https://cool.test", Author: "Acme", AuthorHomepage: "https://acme.test",
		IconSvg: "svg", Icon1x: "one", Icon2x: "two", BannerLow: "low", BannerHigh: "high",
	}
	release := &catalog.ReleaseCard{
		Version: "2.1.0", Requires: "5.8", Tested: "6.7", RequiresPhp: "7.4", RequiresPlugins: []string{"woocommerce"},
		Changelog: "Fixed", PublishedAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
	offered := update{
		Name: "Cool", Slug: "cool", Version: "2.1.0", NewVersion: "2.1.0",
		Homepage: "https://cool.test", URL: "https://cool.test", DetailsURL: "https://cool.test",
		Author: "Acme", AuthorHomepage: "https://acme.test", Requires: "5.8", Tested: "6.7", RequiresPHP: "7.4",
		RequiresPlugins: []string{"woocommerce"}, LastUpdated: "2026-03-01 12:00:00",
		Sections: sections{Description: "<p>A &amp; B</p>", Changelog: "<h4>2.1.0</h4><p>Fixed</p>"},
		Banners:  banners{"low", "high"}, Icons: icons{"svg", "one", "two", "two"}, Translations: []string{},
	}
	entitled := offered
	entitled.Package = "https://licet.test/base/wp-json/license-server-for-woocommerce/v1/download/cool/K%2F%201"
	entitled.DownloadURL, entitled.DownloadLink = entitled.Package, entitled.Package
	expired := offered
	expired.UpgradeNotice = licensing.VerdictExpired.Message()

	for name, c := range map[string]struct {
		offer catalog.UpdateOffer
		want  update
	}{
		"entitled":     {catalog.UpdateOffer{Entitled: true, Product: &full, Release: release}, entitled},
		"not entitled": {catalog.UpdateOffer{Message: licensing.VerdictExpired.Message(), Product: &full, Release: release}, expired},
		"nothing published, nothing known": {
			catalog.UpdateOffer{Entitled: true, Product: &catalog.ProductCard{Slug: "cool", Name: "Cool", IconSvg: "svg"}},
			update{
				Name: "Cool", Slug: "cool", Version: "0.0.0", NewVersion: "0.0.0",
				Homepage: "https://licet.test/base", URL: "https://licet.test/base", DetailsURL: "https://licet.test/base",
				RequiresPlugins: []string{}, Icons: icons{SVG: "svg", Default: "svg"}, Translations: []string{},
			},
		},
	} {
		if diff := cmp.Diff(c.want, s.newUpdate(&c.offer, "K/ 1")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
