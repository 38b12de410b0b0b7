package apptest

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/licethq/licet/rest"
)

// OpenAPI holds answers against the description of the REST dialects, and
// remembers which documented statuses it has seen.
type OpenAPI struct {
	doc   *openapi3.T
	paths *http.ServeMux // finds the documented path of a request

	mu   sync.Mutex
	seen map[string]bool // METHOD PATH STATUS
}

// NewOpenAPI reads the description that the server hands out.
func NewOpenAPI(t testing.TB) *OpenAPI {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(rest.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	o := &OpenAPI{doc: doc, paths: http.NewServeMux(), seen: map[string]bool{}}
	for path := range doc.Paths.Map() {
		o.paths.Handle(path, http.NotFoundHandler())
		o.paths.Handle(path+"/{$}", http.NotFoundHandler())
	}
	return o
}

// Check fails a test whose answer is not as described. Addresses and methods
// that are not described are left alone, but for 405. Of zips and other bodies
// without a shape only the headers are looked at.
func (o *OpenAPI) Check(t testing.TB, r *http.Request, answer *Response) {
	t.Helper()
	path, method := o.find(r, answer.Status)
	if method == "" {
		return
	}
	item := o.doc.Paths.Value(path)
	operation := item.GetOperation(method)
	described := operation.Responses.Status(answer.Status)
	if described == nil {
		t.Errorf("openapi.yaml: %s %s has no status %d\n%s", method, path, answer.Status, answer.Body)
		return
	}
	o.mu.Lock()
	o.seen[fmt.Sprintf("%s %s %d", method, path, answer.Status)] = true
	o.mu.Unlock()

	kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	if len(described.Value.Content) > 0 && described.Value.Content.Get(kind) == nil {
		t.Errorf("openapi.yaml: %s %s answers %d with the Content-Type %q", method, path, answer.Status, kind)
	}
	// The library does not look at answers to HEAD at all.
	asked := *r
	asked.Method = http.MethodGet
	err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: &asked,
			Route:   &routers.Route{Spec: o.doc, Path: path, PathItem: item, Method: method, Operation: operation},
		},
		Status: answer.Status, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(answer.Body)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, MultiError: true,
			ExcludeResponseBody: r.Method == http.MethodHead || kind != "application/json",
		},
	})
	if err != nil {
		t.Errorf("openapi.yaml: %s %s, answer %d: %v", method, path, answer.Status, err)
	}
}

// find returns the documented path and method of a request, as the server
// understands its address, or "".
func (o *OpenAPI) find(r *http.Request, status int) (path, method string) {
	rest.Lenient(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, path = o.paths.Handler(r)
	})).ServeHTTP(httptest.NewRecorder(), r)
	path = strings.TrimSuffix(path, "/{$}")
	item := o.doc.Paths.Value(path)
	if item == nil {
		return "", ""
	}
	if item.GetOperation(r.Method) != nil {
		return path, r.Method
	}
	// 405 belongs to no method that is described. It stands with the one that
	// would have been right.
	for method, operation := range item.Operations() {
		if status == http.StatusMethodNotAllowed && operation.Responses.Status(status) != nil {
			return path, method
		}
	}
	return "", ""
}

// Complete fails a test unless every status that is described for the paths
// below a prefix was seen, but for those excepted. It says nothing when only
// some cases are run.
func (o *OpenAPI) Complete(t testing.TB, prefix string, except ...int) {
	t.Helper()
	if run := flag.Lookup("test.run").Value.String(); strings.Contains(run, "/") || t.Failed() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var missing []string
	described := 0
	for path, item := range o.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				key := method + " " + path + " " + status
				if !strings.HasPrefix(path, prefix) || slices.Contains(except, atoi(status)) {
					continue
				}
				if described++; !o.seen[key] {
					missing = append(missing, key)
				}
			}
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("openapi.yaml: no case shows\n%s", strings.Join(missing, "\n"))
	}
	if described == 0 {
		t.Errorf("openapi.yaml: nothing is described below %s", prefix)
	}
}

func atoi(s string) (n int) {
	_, _ = fmt.Sscan(s, &n)
	return n
}
