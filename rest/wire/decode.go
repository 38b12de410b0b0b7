// Package wire holds what the REST dialects share: how JSON comes in, how it
// goes out, and which HTTP status a fault has.
package wire

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/jsonobject"
)

// MaxBody is the most that a request's body may have. The documented bodies
// stay far below; with health data of 16 KiB there is still room.
const MaxBody = 64 << 10

// Object is a JSON object by its fields, each as it was sent.
type Object map[string]json.RawMessage

// Decode reads a request whose body is one JSON object. INPUT_INVALID, TOO_LARGE.
func Decode(w http.ResponseWriter, r *http.Request) (Object, error) {
	body, err := Read(w, r)
	if err != nil {
		return nil, err
	}
	return Parse(body)
}

// Read reads a request's body whole. TOO_LARGE beyond [MaxBody]; INPUT_INVALID
// when it ends early.
func Read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, fault.Newf(fault.TooLarge, "The body must be at most %d KiB.", MaxBody>>10)
	case err != nil:
		return nil, fault.Newf(fault.InputInvalid, "The body ended early.")
	}
	return body, nil
}

// Parse takes one JSON object apart; see package jsonobject. INPUT_INVALID.
func Parse(body []byte) (Object, error) {
	fields, err := jsonobject.Fields(body)
	switch {
	case errors.Is(err, jsonobject.ErrTwice):
		return nil, fault.Newf(fault.InputInvalid, "The body must not hold a field twice.")
	case err != nil:
		return nil, fault.Newf(fault.InputInvalid, "The body must be one JSON object, in UTF-8.")
	}
	return fields, nil
}

// Has reports whether a field is there and not null.
func (o Object) Has(name string) bool {
	raw, ok := o[name]
	return ok && string(raw) != "null"
}

// Text returns a field that holds a string, or "" when it is absent or null.
// INPUT_INVALID for another type and for text with a NUL in it, which no
// database keeps.
func (o Object) Text(name string) (string, error) {
	if !o.Has(name) {
		return "", nil
	}
	var s string
	if err := json.Unmarshal(o[name], &s); err != nil {
		return "", fault.Invalid(name, "'%s' must be a string.", name)
	}
	if strings.ContainsRune(s, 0) {
		return "", fault.Invalid(name, "'%s' must not contain control characters.", name)
	}
	return s, nil
}
