// Package playground serves GraphiQL, the editor for GraphQL operations, from
// the binary. The page asks no other host for anything.
package playground

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// Path is where Handler expects to be mounted, together with all below it.
const Path = "/playground"

// The page runs its own scripts only, and no eval. GraphiQL's dialogs add
// style elements at run time; its fonts and icons are data URLs in its CSS.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed playground.js playground.css assets
var files embed.FS

//go:embed index.html
var index string

// Example is an operation that the page offers in a tab of its own and in its
// menu. The tab bears the operation's name, the menu the title.
type Example struct {
	Title     string `json:"title"`
	Query     string `json:"query"`
	Variables string `json:"variables"` // a JSON object, or ""
}

// Handler serves the page at Path, with or without a slash, and its files
// below Path/assets/. The endpoint is the GraphQL path on the same host.
func Handler(endpoint string, examples []Example) http.Handler {
	pages := assets()
	html := render(pages, endpoint, examples)
	pages[Path], pages[Path+"/"] = html, html

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "The playground is read with GET; GraphQL is at "+endpoint+".", http.StatusMethodNotAllowed)
			return
		}
		p, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h.Set("Content-Type", p.contentType)
		h.Set("ETag", `"`+p.hash+`"`)
		h.Set("Cache-Control", "no-cache")
		if r.URL.Query().Get("v") == p.hash {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.body))
	})
}

// page is one answer of the handler; its hash names its content.
type page struct {
	contentType string
	body        []byte
	hash        string
}

func newPage(contentType string, body []byte) page {
	sum := sha256.Sum256(body)
	return page{contentType, body, hex.EncodeToString(sum[:16])}
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".txt": "text/plain; charset=utf-8",
}

// assets returns the embedded files by the path they are served at.
func assets() map[string]page {
	pages := map[string]page{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		pages[assetPath(name)] = newPage(contentTypes[path.Ext(name)], body)
		return err
	})
	if err != nil {
		panic(err) // only a binary built wrong can get here
	}
	return pages
}

func assetPath(name string) string { return Path + "/assets/" + path.Base(name) }

func render(pages map[string]page, endpoint string, examples []Example) page {
	asset := func(name string) string { return assetPath(name) + "?v=" + pages[assetPath(name)].hash }
	if examples == nil {
		examples = []Example{} // an empty list for the script, not null
	}
	type config struct {
		Endpoint string    `json:"endpoint"`
		Examples []Example `json:"examples"`
	}
	var b strings.Builder
	t := template.Must(template.New("index.html").Funcs(template.FuncMap{"asset": asset}).Parse(index))
	if err := t.Execute(&b, config{endpoint, examples}); err != nil {
		panic(err) // the template is fixed, and its data is plain
	}
	return newPage("text/html; charset=utf-8", []byte(b.String()))
}
