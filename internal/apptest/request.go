package apptest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func (step Step) request(t *testing.T, s *Server, names map[string]string) *http.Request {
	t.Helper()
	if step.GraphQL != "" {
		return step.graphQLRequest(t, s, names)
	}
	method, target, ok := strings.Cut(fill(step.Do, names).(string), " ")
	if !ok {
		t.Fatalf("a step does %q; it must be METHOD PATH", step.Do)
	}
	body, contentType := "", ""
	switch {
	case step.JSON != nil:
		body, contentType = marshal(t, fill(normal(t, step.JSON), names)), "application/json"
	case step.Form != "":
		body, contentType = fill(step.Form, names).(string), "application/x-www-form-urlencoded"
	case step.Raw != nil:
		body, contentType = fill(*step.Raw, names).(string), "application/json"
	case step.Multipart != nil:
		body, contentType = step.multipart(t, names)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	step.setHeaders(t, s, names, r)
	return r
}

func (step Step) graphQLRequest(t *testing.T, s *Server, names map[string]string) *http.Request {
	t.Helper()
	variables, _ := fill(normal(t, step.Variables), names).(map[string]any)
	query := fill(step.GraphQL, names).(string)
	var r *http.Request
	if step.Zip != nil {
		r = s.uploadRequest(t, query, variables, step.Zip.content(t, names))
	} else {
		body := marshal(t, map[string]any{"query": query, "variables": variables})
		var err error
		r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/graphql", bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
	}
	step.setHeaders(t, s, names, r)
	return r
}

func (z StepZip) content(t *testing.T, names map[string]string) []byte {
	switch {
	case z.Raw != "":
		return []byte(z.Raw)
	case z.Files != nil:
		files := map[string]string{}
		for name, content := range z.Files {
			files[name] = fill(content, names).(string)
		}
		return Zip(t, files)
	}
	return PluginZip(t, or(z.Slug, DefaultProduct), z.Version)
}

func (step Step) multipart(t *testing.T, names map[string]string) (body, contentType string) {
	t.Helper()
	var b strings.Builder
	form := multipart.NewWriter(&b)
	for _, name := range sorted(step.Multipart) {
		if err := form.WriteField(name, fill(step.Multipart[name], names).(string)); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), form.FormDataContentType()
}

var apiKey = regexp.MustCompile(`\{\{api key ([^{}]+)\}\}`)

func (step Step) setHeaders(t *testing.T, s *Server, names map[string]string, r *http.Request) {
	t.Helper()
	if step.As != "" {
		r.Header.Set("Authorization", "Bearer "+s.Key(t, step.As))
	}
	for name, v := range step.Headers {
		v = apiKey.ReplaceAllStringFunc(v, func(p string) string { return s.Key(t, apiKey.FindStringSubmatch(p)[1]) })
		r.Header.Set(name, fill(v, names).(string))
		switch name { // what net/http keeps apart from the others
		case "Host":
			r.Host = fill(v, names).(string)
		case "Transfer-Encoding":
			r.ContentLength, r.TransferEncoding = -1, []string{v}
		}
	}
}
