// Package scalar binds the SDL's own scalars to Go types.
package scalar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalJSON writes stored JSON text as the value that it is.
func MarshalJSON(stored string) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, stored) })
}

// UnmarshalJSON turns an input value, which must be an object, into JSON text.
// null, where the schema allows it, is as if the value were left out.
func UnmarshalJSON(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	if _, ok := v.(map[string]any); !ok {
		return "", fmt.Errorf("must be an object")
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", fmt.Errorf("must be an object")
	}
	return string(bytes.TrimRight(b.Bytes(), "\n")), nil
}
