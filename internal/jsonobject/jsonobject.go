// Package jsonobject takes JSON objects apart more strictly than encoding/json,
// because two readers of a lax text may see two different things in it.
package jsonobject

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

var (
	// ErrNotObject is anything but one JSON object in UTF-8.
	ErrNotObject = errors.New("not one JSON object in UTF-8")
	// ErrTwice is an object that holds a field twice.
	ErrTwice = errors.New("a field stands twice")
)

// Fields returns the fields of one JSON object, each as it was sent. ErrTwice
// for a field that stands twice; ErrNotObject for anything after the object and
// for bytes that are not UTF-8. encoding/json itself refuses more than 10,000
// levels.
func Fields(text []byte) (map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if first, err := dec.Token(); err != nil || first != json.Delim('{') || !utf8.Valid(text) {
		return nil, ErrNotObject
	}
	fields := map[string]json.RawMessage{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, ErrNotObject
		}
		field := name.(string) // what else, the decoder would have refused
		if _, twice := fields[field]; twice {
			return nil, ErrTwice
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, ErrNotObject
		}
		fields[field] = value
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return nil, ErrNotObject
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, ErrNotObject
	}
	return fields, nil
}
