package licenseserver

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/rest/wire"
)

const (
	asJSON      = "application/json"
	asForm      = "application/x-www-form-urlencoded"
	asMultipart = `multipart/form-data; boundary="x"`
)

func part(name, value string) string {
	return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
}

func TestReadParams(t *testing.T) {
	const notString, twice = "'license_key' must be a string.", "'license_key' must be given once."
	both := map[string]string{"license_key": "K", "slug": "s", "domain": ""}
	for name, c := range map[string]struct {
		query, contentType, body string
		want                     map[string]string
		missing                  []string
		invalid                  map[string]string
	}{
		"query":                   {query: "license_key=K&slug=s", want: both},
		"form":                    {contentType: asForm, body: "license_key=K&slug=s", want: both},
		"form without a type":     {body: "license_key=K&slug=s", want: both},
		"form as plain text":      {contentType: "text/plain", body: "license_key=K&slug=s", want: both},
		"multipart":               {contentType: asMultipart, body: part("license_key", "K") + part("slug", "s") + "--x--", want: both},
		"JSON":                    {contentType: asJSON, body: `{"license_key":"K","slug":"s"}`, want: both},
		"JSON with a charset":     {contentType: "application/json; charset=utf-8", body: `{"license_key":"K","slug":"s"}`, want: both},
		"JSON of a subtype":       {contentType: "application/ld+json", body: `{"license_key":"K","slug":"s"}`, want: both},
		"JSON without a type":     {body: ` {"license_key":"K","slug":"s"}`, want: both},
		"JSON called a form":      {contentType: asForm, body: `{"license_key":"K","slug":"s"}`, want: both},
		"an unreadable type":      {contentType: ";;", body: `{"license_key":"K","slug":"s"}`, want: both},
		"optional":                {query: "license_key=K&slug=s&domain=a.de", want: map[string]string{"license_key": "K", "slug": "s", "domain": "a.de"}},
		"escapes":                 {query: "license_key=A%2FB%2DC+D&slug=%73", want: map[string]string{"license_key": "A/B-C D", "slug": "s", "domain": ""}},
		"blanks around":           {query: "license_key=+K%0A&slug=%09s", want: both},
		"unknown ones":            {query: "license_key=K&slug=s&x[]=1&x=2&x=3&license_keys=9", want: both},
		"JSON before query":       {query: "license_key=Q&slug=s", contentType: asJSON, body: `{"license_key":"K"}`, want: both},
		"form before query":       {query: "license_key=Q&slug=s", contentType: asForm, body: "license_key=K", want: both},
		"JSON null is not there":  {query: "license_key=K&slug=s", contentType: asJSON, body: `{"license_key":null,"domain":null}`, want: both},
		"a blank hides the query": {query: "license_key=Q&slug=s", contentType: asJSON, body: `{"license_key":""}`, missing: []string{"license_key"}},
		"JSON hides a list":       {query: "license_key[]=Q&slug=s", contentType: asJSON, body: `{"license_key":"K"}`, want: both},
		"an empty JSON body":      {query: "license_key=K&slug=s", contentType: asJSON, want: both},
		"an empty form":           {query: "license_key=K&slug=s", contentType: asForm, body: "\n", want: both},

		"nothing":                 {missing: []string{"license_key", "slug"}},
		"blank":                   {query: "license_key=+&slug=", missing: []string{"license_key", "slug"}},
		"one missing":             {query: "license_key=K", missing: []string{"slug"}},
		"a broken escape":         {query: "license_key=%zz&slug=s", missing: []string{"license_key"}},
		"an uploaded file":        {contentType: asMultipart, body: "--x\r\nContent-Disposition: form-data; name=\"license_key\"; filename=\"k\"\r\n\r\nK\r\n--x--", missing: []string{"license_key", "slug"}},
		"missing and invalid too": {query: "license_key[]=K", missing: []string{"slug"}, invalid: map[string]string{"license_key": notString}},

		"a list in the query":       {query: "license_key[]=K&slug=s", invalid: map[string]string{"license_key": notString}},
		"a list, escaped":           {query: "license_key%5B%5D=K&slug=s", invalid: map[string]string{"license_key": notString}},
		"a map in the query":        {query: "license_key[$ne]=&slug=s", invalid: map[string]string{"license_key": notString}},
		"a list beside a value":     {query: "license_key=K&license_key[]=L&slug=s", invalid: map[string]string{"license_key": notString}},
		"twice in the query":        {query: "license_key=K&license_key=K&slug=s", invalid: map[string]string{"license_key": twice}},
		"twice in the form":         {contentType: asForm, body: "license_key=K&license_key=L&slug=s", invalid: map[string]string{"license_key": twice}},
		"twice in multipart":        {contentType: asMultipart, body: part("license_key", "K") + part("license_key", "K") + part("slug", "s") + "--x--", invalid: map[string]string{"license_key": twice}},
		"a number in JSON":          {contentType: asJSON, body: `{"license_key":1,"slug":"s"}`, invalid: map[string]string{"license_key": notString}},
		"an object in JSON":         {contentType: asJSON, body: `{"license_key":{"$ne":""},"slug":"s"}`, invalid: map[string]string{"license_key": notString}},
		"several in JSON":           {contentType: asJSON, body: `{"license_key":[],"slug":"s","domain":false}`, invalid: map[string]string{"license_key": notString, "domain": "'domain' must be a string."}},
		"optional twice":            {query: "license_key=K&slug=s&domain=a&domain=b", invalid: map[string]string{"domain": "'domain' must be given once."}},
		"a field twice in JSON":     {contentType: asJSON, body: `{"slug":"s","slug":"s"}`, invalid: map[string]string{"body": "The body must not hold a field twice."}},
		"a list for a body":         {contentType: asJSON, body: `["K"]`, invalid: map[string]string{"body": "The body must be one JSON object, in UTF-8."}},
		"broken JSON":               {contentType: asForm, body: `{"license_key":"K"`, invalid: map[string]string{"body": "The body must be one JSON object, in UTF-8."}},
		"broken multipart":          {contentType: asMultipart, body: "--x\r\nContent", invalid: map[string]string{"body": "The body is not well-formed multipart/form-data."}},
		"multipart with no borders": {contentType: "multipart/form-data", body: "K", invalid: map[string]string{"body": "The body is not well-formed multipart/form-data."}},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/?"+c.query, strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.contentType)
			got, err := readParams(httptest.NewRecorder(), r, []string{"license_key", "slug"}, "domain")
			var p *paramError
			if f := (*fault.Error)(nil); errors.As(err, &f) {
				p = &paramError{invalid: map[string]string{f.Field: f.Message}} // a broken body
			} else if !errors.As(err, &p) {
				p = &paramError{}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.missing, p.missing); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(len(c.invalid), len(p.invalid)); diff != "" {
				t.Error(diff)
			}
			for name, message := range c.invalid {
				if p.invalid[name] != message {
					t.Errorf("%s: %q, want %q", name, p.invalid[name], message)
				}
			}
		})
	}
}

func TestReadParamsBoundsTheBody(t *testing.T) {
	r := httptest.NewRequest("POST", "/", strings.NewReader("license_key="+strings.Repeat("K", wire.MaxBody)))
	if _, err := readParams(httptest.NewRecorder(), r, []string{"license_key"}); !fault.Is(err, fault.TooLarge) {
		t.Errorf("the error is %v", err)
	}
}
