package graph_test

import (
	"fmt"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/licethq/licet/graph/gen"
	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/auth"
)

// schema is the public contract as it is written.
func schema(t *testing.T) *ast.Schema {
	t.Helper()
	text, err := os.ReadFile("../schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type rootField struct {
	operation string // query or mutation
	field     *ast.FieldDefinition
	scopes    []auth.Scope // nil for @public
}

// rootFields returns every root field with what its directives document.
func rootFields(t *testing.T, s *ast.Schema) []rootField {
	t.Helper()
	var fields []rootField
	for operation, root := range map[string]*ast.Definition{"query": s.Query, "mutation": s.Mutation} {
		for _, f := range root.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			scope, public := f.Directives.ForName("scope"), f.Directives.ForName("public")
			if (scope == nil) == (public == nil) {
				t.Errorf("%s needs either @scope or @public", f.Name)
				continue
			}
			r := rootField{operation: operation, field: f}
			if scope != nil {
				v := scope.Arguments.ForName("is").Value
				names := []string{v.Raw}
				if v.Kind == ast.ListValue {
					names = nil
					for _, c := range v.Children {
						names = append(names, c.Value.Raw)
					}
				}
				for _, name := range names {
					var sc auth.Scope
					if err := sc.UnmarshalGQL(name); err != nil {
						t.Fatal(err)
					}
					r.scopes = append(r.scopes, sc)
				}
			}
			fields = append(fields, r)
		}
	}
	return fields
}

// TestEveryRootFieldChecksItsScope calls each root field with a key that holds
// every scope but the documented ones, which must be refused before anything
// else is looked at, and with a key that holds just one of them, which must not.
func TestEveryRootFieldChecksItsScope(t *testing.T) {
	t.Parallel()
	s := schema(t)
	server := apptest.Start(t, "sqlite")
	for _, f := range rootFields(t, s) {
		others := slices.DeleteFunc(slices.Clone(auth.AllScopes), func(sc auth.Scope) bool { return slices.Contains(f.scopes, sc) })
		if code := call(t, server, s, f, others); f.scopes != nil && code != "FORBIDDEN" {
			t.Errorf("%s without %v answers %q, not FORBIDDEN", f.field.Name, f.scopes, code)
		} else if f.scopes == nil && code != "" {
			t.Errorf("%s is @public but answers %q", f.field.Name, code)
		}
		for _, sc := range f.scopes {
			if code := call(t, server, s, f, []auth.Scope{sc}); code == "FORBIDDEN" || code == "INTERNAL" {
				t.Errorf("%s with %s answers %s", f.field.Name, sc, code)
			}
		}
	}
}

// call returns the code of the first error, or "".
func call(t *testing.T, server *apptest.Server, s *ast.Schema, f rootField, scopes []auth.Scope) string {
	t.Helper()
	names := make([]string, len(scopes))
	for i, sc := range scopes {
		names[i] = string(sc)
	}
	key := server.Key(t, strings.Join(names, ","))
	document, upload := document(s, f)
	var answer *apptest.Response
	if upload {
		answer = server.Upload(t, key, document, nil, []byte("not a zip"))
	} else {
		answer = server.Query(t, key, document, nil)
	}
	if answer.Status != http.StatusOK {
		t.Fatalf("%s: status %d: %s", f.field.Name, answer.Status, answer.Body)
	}
	errs, _ := answer.JSON(t)["errors"].([]any)
	if len(errs) == 0 {
		return ""
	}
	code, _ := errs[0].(map[string]any)["extensions"].(map[string]any)["code"].(string)
	return code
}

// document returns a request for a root field with values that fit its types.
func document(s *ast.Schema, f rootField) (text string, upload bool) {
	var args []string
	for _, a := range f.field.Arguments {
		switch {
		case a.Name == "first":
			args = append(args, "first: 1")
		case a.Type.NonNull:
			args = append(args, a.Name+": "+sample(s, a.Type))
		}
	}
	call := f.field.Name
	if len(args) > 0 {
		call += "(" + strings.Join(args, ", ") + ")"
	}
	header := f.operation
	if upload = strings.Contains(call, "$file"); upload {
		header += "($file: Upload!)"
	}
	return header + " { " + call + " { __typename } }", upload
}

// sample writes a value of a type: required fields only, and files wherever one
// may stand.
func sample(s *ast.Schema, typ *ast.Type) string {
	if typ.Elem != nil {
		return "[" + sample(s, typ.Elem) + "]"
	}
	definition := s.Types[typ.NamedType]
	switch definition.Kind {
	case ast.Enum:
		return definition.EnumValues[0].Name
	case ast.InputObject:
		var fields []string
		for _, f := range definition.Fields {
			if (f.Type.NonNull && f.DefaultValue == nil) || f.Type.Name() == "Upload" {
				fields = append(fields, f.Name+": "+sample(s, f.Type))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
	switch typ.NamedType {
	case "Int":
		return "1"
	case "Boolean":
		return "true"
	case "Time":
		return `"2030-01-01T00:00:00Z"`
	case "Upload":
		return "$file"
	}
	return `"x"`
}

// TestPublicFieldsReachNoRows walks what each field with a public scope returns,
// to any depth. Whoever unzips a plugin holds its publishable key, and the edge
// methods of ent's rows check nothing.
func TestPublicFieldsReachNoRows(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, f := range rootFields(t, schema(t)) {
		if f.scopes != nil && !slices.ContainsFunc(f.scopes, auth.Scope.Public) {
			continue
		}
		checked++
		resolvers := reflect.TypeFor[gen.QueryResolver]()
		if f.operation == "mutation" {
			resolvers = reflect.TypeFor[gen.MutationResolver]()
		}
		method, ok := resolvers.MethodByName(strings.ToUpper(f.field.Name[:1]) + f.field.Name[1:])
		if !ok {
			t.Fatalf("no resolver method for %s", f.field.Name)
		}
		if path := rowIn(method.Type.Out(0), f.field.Name, map[reflect.Type]bool{}); path != "" {
			t.Errorf("a publishable key reaches a row of ent at %s", path)
		}
	}
	if checked < 9 {
		t.Errorf("only %d public fields found", checked)
	}
	if rowIn(reflect.TypeFor[gen.LicensePayload](), "twin", map[reflect.Type]bool{}) == "" {
		t.Error("the walk finds no row where there is one: it cannot fail")
	}
}

func rowIn(typ reflect.Type, path string, seen map[reflect.Type]bool) string {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
		typ = typ.Elem()
	}
	if seen[typ] {
		return ""
	}
	seen[typ] = true
	if typ.PkgPath() == "github.com/licethq/licet/ent/db" || typ.Kind() == reflect.Interface {
		return fmt.Sprintf("%s (%s)", path, typ)
	}
	if typ.Kind() != reflect.Struct || typ.PkgPath() == "time" {
		return ""
	}
	for i := range typ.NumField() {
		if f := typ.Field(i); f.IsExported() {
			if found := rowIn(f.Type, path+"."+f.Name, seen); found != "" {
				return found
			}
		}
	}
	return ""
}

// TestEverythingIsDescribed holds schema.graphql to its promise: every type,
// field, argument, input field and enum value has a description, and the error
// codes are those of the error table.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	for name, d := range schema(t).Types {
		if d.BuiltIn || strings.HasPrefix(name, "__") {
			continue
		}
		missing := func(what, description string) {
			if description == "" {
				t.Errorf("%s has no description", what)
			}
		}
		missing(name, d.Description)
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			missing(name+"."+f.Name, f.Description)
			for _, a := range f.Arguments {
				missing(name+"."+f.Name+"("+a.Name+")", a.Description)
			}
		}
		for _, v := range d.EnumValues {
			missing(name+"."+v.Name, v.Description)
		}
	}
}
