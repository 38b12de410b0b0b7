package rest_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/licethq/licet/internal/ratelimit"
	"github.com/licethq/licet/rest"
)

// TestOpenAPIDescribesTheRoutes loads the document and asks the mux for each
// operation in it.
func TestOpenAPIDescribesTheRoutes(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(rest.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	rest.Mount(mux, rest.Deps{Limiter: ratelimit.New(true, time.Now), Log: slog.Default()})
	operations := 0
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			operations++
			_, pattern := mux.Handler(httptest.NewRequest(method, path, nil))
			// HEAD is served by GET's pattern.
			if want := strings.Replace(method, "HEAD", "GET", 1) + " " + path; pattern != want {
				t.Errorf("%s %s is served by %q", method, path, pattern)
			}
		}
	}
	if operations != 6+2*7 {
		t.Errorf("%d operations are described", operations)
	}
}
