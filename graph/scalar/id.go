package scalar

import "github.com/99designs/gqlgen/graphql"

// MarshalID writes an id.
func MarshalID(id string) graphql.Marshaler { return graphql.MarshalID(id) }

// UnmarshalID reads an id. null, where the schema allows it, is as if the id
// were left out; gqlgen's own makes the word "null" of it.
func UnmarshalID(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	return graphql.UnmarshalID(v)
}
