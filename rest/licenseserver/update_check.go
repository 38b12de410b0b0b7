package licenseserver

import (
	"cmp"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/rest/wire"
)

// update is one document for three readers: Plugin Update Checker, WordPress'
// own Update URI mechanism, and updaters written by hand. Each looks for the
// same thing under another name, and some break on a field that is not there,
// so all are always there. What there is none of is "".
type update struct {
	Name            string   `json:"name"`
	Slug            string   `json:"slug"`
	Version         string   `json:"version"`
	NewVersion      string   `json:"new_version"`
	DownloadURL     string   `json:"download_url"`
	Package         string   `json:"package"`
	DownloadLink    string   `json:"download_link"`
	Homepage        string   `json:"homepage"`
	URL             string   `json:"url"`
	DetailsURL      string   `json:"details_url"` // updates of themes fail without it
	Author          string   `json:"author"`
	AuthorHomepage  string   `json:"author_homepage"`
	Requires        string   `json:"requires"`
	Tested          string   `json:"tested"`
	RequiresPHP     string   `json:"requires_php"`
	RequiresPlugins []string `json:"requires_plugins"`
	LastUpdated     string   `json:"last_updated"`
	Sections        sections `json:"sections"` // an object, never a string
	Banners         banners  `json:"banners"`
	Icons           icons    `json:"icons"`
	UpgradeNotice   string   `json:"upgrade_notice"`
	Translations    []string `json:"translations"`
	Autoupdate      bool     `json:"autoupdate"`
}

type sections struct {
	Description string `json:"description"`
	Changelog   string `json:"changelog"`
}

type banners struct {
	Low  string `json:"low"`
	High string `json:"high"`
}

type icons struct {
	SVG     string `json:"svg"`
	Single  string `json:"1x"`
	Double  string `json:"2x"`
	Default string `json:"default"`
}

// updateCheck serves GET /update-check/{slug}/{license_key}. A bad license gets
// 200 and no package: any other status makes Plugin Update Checker forget the
// update it knows of, and the customer would not learn what is wrong.
func (s *server) updateCheck(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("license_key")
	offer, err := s.resolvers.Query().UpdateCheck(r.Context(), catalog.UpdateCheckInput{
		ProductSlug: r.PathValue("slug"), LicenseKey: key,
	})
	if err != nil {
		return err
	}
	s.logHost(r, offer.Product.Slug)
	wire.Encode(w, http.StatusOK, s.newUpdate(offer, key))
	return nil
}

func (s *server) newUpdate(offer *catalog.UpdateOffer, key string) update {
	p := offer.Product
	home := cmp.Or(p.Homepage, s.publicURL)
	u := update{
		Name: p.Name, Slug: p.Slug,
		Version: "0.0.0", NewVersion: "0.0.0", // older than anything installed
		Homepage: home, URL: home, DetailsURL: home,
		Author: p.Author, AuthorHomepage: p.AuthorHomepage,
		RequiresPlugins: []string{}, Translations: []string{},
		Sections: sections{Description: paragraphs(p.Description)},
		Banners:  banners{Low: p.BannerLow, High: p.BannerHigh},
		Icons:    icons{SVG: p.IconSvg, Single: p.Icon1x, Double: p.Icon2x, Default: cmp.Or(p.Icon2x, p.Icon1x, p.IconSvg)},
	}
	if !offer.Entitled {
		u.UpgradeNotice = offer.Message
	}
	if rel := offer.Release; rel != nil {
		u.Version, u.NewVersion = rel.Version, rel.Version
		u.Requires, u.Tested, u.RequiresPHP = rel.Requires, rel.Tested, rel.RequiresPhp
		u.RequiresPlugins = append(u.RequiresPlugins, rel.RequiresPlugins...)
		u.LastUpdated = *date(&rel.PublishedAt)
		u.Sections.Changelog = "<h4>" + html.EscapeString(rel.Version) + "</h4>" + paragraphs(rel.Changelog)
		if offer.Entitled {
			u.Package = s.downloadURL(p.Slug, key)
			u.DownloadURL, u.DownloadLink = u.Package, u.Package
		}
	}
	return u
}

// downloadURL is the documented address of a download, with the key as the
// client sent it. The host comes from configuration, never from the request,
// whose Host anyone can set.
func (s *server) downloadURL(slug, key string) string {
	return s.publicURL + s.namespace + "/download/" + slug + "/" + url.PathEscape(key)
}

var blankLines = regexp.MustCompile(`\n[ \t]*(?:\n[ \t]*)+`)

// paragraphs turns plain text into HTML that shows it as it is: nothing in it is
// taken for markup.
func paragraphs(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	var b strings.Builder
	for _, p := range blankLines.Split(text, -1) {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>")
	}
	return b.String()
}
