package rest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/licethq/licet/rest"
)

func TestLenient(t *testing.T) {
	for target, want := range map[string]string{
		"/":                                    "/",
		"/?page=1":                             "/",
		"/index.php":                           "/index.php",
		"/graphql":                             "/graphql",
		"/api/v1/licenses/validate/":           "/api/v1/licenses/validate/",
		"//wp-json///license-server/v1//check": "/wp-json/license-server/v1/check",
		"/wp-json/x/a%2Fb%20c":                 "/wp-json/x/a%2Fb%20c",
		"//wp-json/x/a%2F%2Fb":                 "/wp-json/x/a%2F%2Fb",

		"/?rest_route=/license-server/v1/check":             "/wp-json/license-server/v1/check",
		"/?a=b&rest_route=/license-server/v1/check/&c=d":    "/wp-json/license-server/v1/check",
		"/index.php?rest_route=/license-server/v1/check":    "/wp-json/license-server/v1/check",
		"//index.php?rest_route=%2Flicense-server%2Fv1%2Fx": "/wp-json/license-server/v1/x",
		"/?rest_route=license-server/v1/check":              "/wp-json/license-server/v1/check",
		"/?rest_route=//a//b":                               "/wp-json/a/b",
		"/?rest_route=/a/b+c%3Fd":                           "/wp-json/a/b%20c%3Fd",
		"/?rest_route=/":                                    "/wp-json/",
		"/?rest_route=/../../graphql":                       "/wp-json/graphql",
		"/?rest_route=":                                     "/",
		"/graphql?rest_route=/license-server/v1/check":      "/graphql",
	} {
		var got string
		next := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.EscapedPath() })
		rest.Lenient(next).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://licet.test"+target, nil))
		if got != want {
			t.Errorf("%s becomes %s, want %s", target, got, want)
		}
	}
}
