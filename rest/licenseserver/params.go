package licenseserver

import (
	"bytes"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/rest/wire"
)

// sources are where a parameter may stand, the first that has it first.
type sources struct {
	json  wire.Object
	forms []url.Values // the body's, then the query's
}

// paramError refuses parameters as WordPress does: all that are missing, or
// else all that are invalid with what is wrong.
type paramError struct {
	missing []string
	invalid map[string]string
}

func (e *paramError) Error() string { return "parameters are missing or invalid" }

// readParams returns the named parameters of a request, trimmed; those left out
// are "". Every required one must be there and not blank. Others are ignored.
func readParams(w http.ResponseWriter, r *http.Request, required []string, optional ...string) (map[string]string, error) {
	body, err := wire.Read(w, r)
	if err != nil {
		return nil, err
	}
	src := sources{}
	form, err := src.readBody(body, r.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	src.forms = []url.Values{form, r.URL.Query()}
	return src.merge(required, optional)
}

// readBody takes a body apart. WordPress goes by the Content-Type alone; but
// what begins with a brace is JSON whatever it is called, as curl -d and many
// a hand-written client call it a form.
func (s *sources) readBody(body []byte, contentType string) (form url.Values, err error) {
	kind, params, _ := mime.ParseMediaType(contentType)
	text := bytes.TrimSpace(body)
	switch {
	case len(text) == 0:
		return nil, nil
	case kind == "multipart/form-data":
		m, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(1 << 20) // the body is smaller
		if err != nil {
			return nil, fault.Invalid("body", "The body is not well-formed multipart/form-data.")
		}
		defer func() { _ = m.RemoveAll() }()
		return m.Value, nil
	case text[0] == '{' || kind == "application/json" || strings.HasSuffix(kind, "+json"):
		if s.json, err = wire.Parse(body); err != nil {
			return nil, fault.Invalid("body", "%s", fault.From(err).Message)
		}
		return nil, nil
	}
	// Pairs that cannot be decoded count as not sent, as in the query.
	form, _ = url.ParseQuery(string(body))
	return form, nil
}

// merge looks every name up. A JSON null counts as not sent; a blank value hides
// those of the sources behind it, as it does in WordPress.
func (s sources) merge(required, optional []string) (map[string]string, error) {
	values, wrong := map[string]string{}, &paramError{invalid: map[string]string{}}
	lookUp := func(name string) {
		value, problem := s.find(name)
		if problem != "" {
			wrong.invalid[name] = problem
		}
		values[name] = strings.TrimSpace(value)
	}
	for _, name := range required {
		lookUp(name)
		if values[name] == "" && wrong.invalid[name] == "" {
			wrong.missing = append(wrong.missing, name)
		}
	}
	for _, name := range optional {
		lookUp(name)
	}
	if len(wrong.missing)+len(wrong.invalid) > 0 {
		return nil, wrong
	}
	return values, nil
}

// find returns a parameter, or what is wrong with it. PHP makes a list of
// name[]= and takes the last of two equal names; both hide a value from someone
// who reads along, so neither is taken.
func (s sources) find(name string) (value, problem string) {
	if s.json.Has(name) {
		value, err := s.json.Text(name)
		if err != nil {
			return "", fault.From(err).Message
		}
		return value, ""
	}
	for _, form := range s.forms {
		for key := range form {
			if strings.HasPrefix(key, name+"[") {
				return "", "'" + name + "' must be a string."
			}
		}
		switch found := form[name]; {
		case len(found) > 1:
			return "", "'" + name + "' must be given once."
		case len(found) == 1:
			return found[0], ""
		}
	}
	return "", ""
}
