package site

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/licethq/licet/internal/fault"
)

// Bounds of the JSON objects that sites send and are sent (see rest/proxgate/README.md).
const (
	maxObjectBytes = 16 << 10
	maxObjectKeys  = 64 // in all objects together
	maxObjectDepth = 4  // {"a":1} has one level
)

// checkObject returns INPUT_INVALID for a field unless raw is one JSON object
// within the bounds, without a key that stands twice in one object.
func checkObject(field, raw string) error {
	if len(raw) > maxObjectBytes {
		return fault.Invalid(field, "'%s' must be at most %d KiB of JSON.", field, maxObjectBytes>>10)
	}
	if !utf8.ValidString(raw) || strings.ContainsRune(raw, 0) {
		return fault.Invalid(field, "'%s' must be UTF-8.", field)
	}
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.UseNumber()
	first, err := dec.Token()
	if err != nil || first != json.Delim('{') {
		return fault.Invalid(field, "'%s' must be a JSON object.", field)
	}
	w := walker{dec: dec}
	if err := w.object(1); err != nil {
		var broken *json.SyntaxError
		if errors.As(err, &broken) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fault.Invalid(field, "'%s' must be a JSON object.", field)
		}
		return fault.Invalid(field, "'%s' %s.", field, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return fault.Invalid(field, "'%s' must be one JSON object.", field)
	}
	return nil
}

type walker struct {
	dec  *json.Decoder
	keys int
}

var (
	errDepth = errors.New("must not be nested deeper than 4 levels")
	errKeys  = errors.New("must not hold more than 64 keys")
	errTwice = errors.New("must not hold a key twice")
)

func (w *walker) object(depth int) error {
	if depth > maxObjectDepth {
		return errDepth
	}
	seen := map[string]bool{}
	for w.dec.More() {
		key, err := w.dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if seen[name] {
			return errTwice
		}
		seen[name] = true
		if w.keys++; w.keys > maxObjectKeys {
			return errKeys
		}
		if err := w.value(depth); err != nil {
			return err
		}
	}
	_, err := w.dec.Token()
	return err
}

func (w *walker) value(depth int) error {
	t, err := w.dec.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('{'):
		return w.object(depth + 1)
	case json.Delim('['):
		if depth+1 > maxObjectDepth {
			return errDepth
		}
		for w.dec.More() {
			if err := w.value(depth + 1); err != nil {
				return err
			}
		}
		_, err = w.dec.Token()
	}
	return err
}
