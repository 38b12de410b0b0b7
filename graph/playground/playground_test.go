package playground_test

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/licethq/licet/graph/playground"
)

var examples = []playground.Example{
	{Title: "Who am I", Query: "query WhoAmI {\n  viewer { id }\n}\n"},
	{Title: `</script><script>alert("x")</script>`, Query: "query Odd { node(id: \"<!--\u2028&'\") { id } }", Variables: `{"a": "</script>"}`},
}

func get(t *testing.T, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	playground.Handler("/graphql", examples).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// urls finds the address of everything a page loads or links to.
var urls = regexp.MustCompile(`(?:src|href)="([^"]*)"`)

func TestIndexIsServedWithAndWithoutSlash(t *testing.T) {
	bare, slash := get(t, "GET", "/playground"), get(t, "GET", "/playground/")
	for _, r := range []*http.Response{bare, slash} {
		want := map[string]string{
			"Content-Type":           "text/html; charset=utf-8",
			"Cache-Control":          "no-cache",
			"X-Content-Type-Options": "nosniff",
			"Referrer-Policy":        "no-referrer",
		}
		for name, value := range want {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s = %q, want %q", name, got, value)
			}
		}
		if r.StatusCode != http.StatusOK {
			t.Errorf("status = %d", r.StatusCode)
		}
	}
	page := body(t, bare)
	if page != body(t, slash) {
		t.Error("the two paths serve different pages")
	}
	if !strings.Contains(page, "<title>licet playground</title>") {
		t.Error("the page lacks its title")
	}
}

func TestContentSecurityPolicyAllowsOnlyThisHost(t *testing.T) {
	for _, target := range []string{"/playground", "/playground/assets/playground.js", "/playground/nothing"} {
		policy := map[string]string{}
		for directive := range strings.SplitSeq(get(t, "GET", target).Header.Get("Content-Security-Policy"), ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), " ")
			policy[name] = value
			for source := range strings.FieldsSeq(value) {
				if !slices.Contains([]string{"'none'", "'self'", "'unsafe-inline'", "data:"}, source) {
					t.Errorf("%s: %s allows %s", target, name, source)
				}
			}
		}
		for name, want := range map[string]string{
			"default-src": "'none'", "script-src": "'self'", "connect-src": "'self'",
			"frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'none'",
		} {
			if policy[name] != want {
				t.Errorf("%s: %s is %q, want %q", target, name, policy[name], want)
			}
		}
	}
}

func TestEndpointAndExamplesReachTheScriptUnchanged(t *testing.T) {
	page := body(t, get(t, "GET", "/playground"))
	data := regexp.MustCompile(`(?s)<script id="config" type="application/json">(.*?)</script>`).FindStringSubmatch(page)
	if data == nil {
		t.Fatal("the page has no config")
	}
	var config struct {
		Endpoint string
		Examples []playground.Example
	}
	if err := json.Unmarshal([]byte(data[1]), &config); err != nil {
		t.Fatal(err)
	}
	if config.Endpoint != "/graphql" || !slices.Equal(config.Examples, examples) {
		t.Errorf("config = %+v", config)
	}
}

func TestNoExamplesIsAnEmptyList(t *testing.T) {
	w := httptest.NewRecorder()
	playground.Handler("/graphql", nil).ServeHTTP(w, httptest.NewRequest("GET", "/playground", http.NoBody))
	if !strings.Contains(w.Body.String(), `"examples":[]`) {
		t.Error("the script needs a list")
	}
}

func TestEveryFileThePageNamesIsServedFromTheBinary(t *testing.T) {
	types := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".txt": "text/plain; charset=utf-8"}
	var served []string
	for _, m := range urls.FindAllStringSubmatch(body(t, get(t, "GET", "/playground")), -1) {
		target := html.UnescapeString(m[1])
		if target == "/" || strings.HasPrefix(target, "data:image/svg+xml,") {
			continue
		}
		name, version, _ := strings.Cut(strings.TrimPrefix(target, "/playground/assets/"), "?v=")
		served = append(served, name)
		r := get(t, "GET", target)
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != types[filepath.Ext(name)] {
			t.Errorf("%s: %d %q", target, r.StatusCode, r.Header.Get("Content-Type"))
		}
		if got := r.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control = %q", target, got)
		}
		if r.Header.Get("ETag") != `"`+version+`"` || version == "" {
			t.Errorf("%s: ETag = %s", target, r.Header.Get("ETag"))
		}
		file := filepath.Join("assets", name)
		if strings.HasPrefix(name, "playground.") {
			file = name
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal([]byte(body(t, r)), want) {
			t.Errorf("%s differs from %s", target, file)
		}
	}
	slices.Sort(served)
	want := []string{"LICENSES.txt", "graphiql.min.css", "graphiql.min.js", "playground.css", "playground.js", "react-dom.production.min.js", "react.production.min.js"}
	if !slices.Equal(served, want) {
		t.Errorf("the page names %v, want %v", served, want)
	}
}

func TestCachedCopiesAreCheckedByETag(t *testing.T) {
	for _, target := range []string{"/playground", "/playground/assets/playground.js", "/playground/assets/playground.js?v=old"} {
		r := get(t, "GET", target)
		if got := r.Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: Cache-Control = %q", target, got)
		}
		again := get(t, "GET", target, "If-None-Match", r.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || body(t, again) != "" {
			t.Errorf("%s: second answer is %d", target, again.StatusCode)
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	for _, target := range []string{"/playground", "/playground/assets/graphiql.min.js"} {
		r := get(t, "HEAD", target)
		if r.StatusCode != http.StatusOK || r.ContentLength <= 0 || body(t, r) != "" {
			t.Errorf("%s: %d, length %d", target, r.StatusCode, r.ContentLength)
		}
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS"} {
		r := get(t, method, "/playground")
		if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, r.StatusCode, r.Header.Get("Allow"))
		}
	}
}

func TestUnknownPathsAreNotFound(t *testing.T) {
	for _, target := range []string{"/playground/assets/", "/playground/assets/none.js", "/playground/index.html", "/playground/assets/../playground.go", "/playgrounds"} {
		if r := get(t, "GET", target); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", target, r.StatusCode)
		}
	}
}

// Nothing that the page runs or draws may come from another host: neither our
// files nor the vendored ones ask for one.
func TestNoFileLoadsFromAnotherHost(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, m := range urls.FindAllStringSubmatch(body(t, get(t, "GET", "/playground")), -1) {
		if !strings.HasPrefix(m[1], "/") && !strings.HasPrefix(m[1], "data:") || strings.HasPrefix(m[1], "//") {
			t.Errorf("index.html names %s", m[1])
		}
	}
	if m := regexp.MustCompile(`https?://|["'\x60]//`).FindString(read("playground.js")); m != "" {
		t.Errorf("playground.js has %s", m)
	}
	for _, name := range []string{"playground.css", "assets/graphiql.min.css"} {
		css := read(name)
		if strings.Contains(css, "@import") {
			t.Errorf("%s imports", name)
		}
		for _, m := range regexp.MustCompile(`url\(\s*["']?(.{5})`).FindAllStringSubmatch(css, -1) {
			if m[1] != "data:" {
				t.Errorf("%s loads %s…", name, m[1])
			}
		}
	}
	scripts, err := filepath.Glob("assets/*.js")
	if err != nil || len(scripts) != 3 {
		t.Fatal(scripts, err)
	}
	for _, name := range append(scripts, "assets/graphiql.min.css") {
		file := read(name)
		for _, loader := range []string{"sourceMappingURL", "new Worker(", "new SharedWorker(", "importScripts(", "import(", "new Function(", "unpkg.com", "jsdelivr", "esm.sh", "fonts.googleapis"} {
			if i := strings.Index(file, loader); i >= 0 && !strings.Contains(file[max(0, i-80):i], "If you are using a CDN source") {
				t.Errorf("%s has %q: …%s…", name, loader, file[max(0, i-40):min(len(file), i+40)])
			}
		}
	}
}
