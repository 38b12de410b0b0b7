package graph

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/internal/fault"
)

// maxPage bounds first and last.
const maxPage = 100

// pages refuses connections without a page size, or with one out of bounds. It
// looks at the parsed operation and its variables, because nested connections
// have no resolver that could, and entgql returns the whole table without one.
type pages struct{}

var (
	_ graphql.HandlerExtension        = pages{}
	_ graphql.OperationContextMutator = pages{}
)

func (pages) ExtensionName() string                     { return "Pages" }
func (pages) Validate(_ graphql.ExecutableSchema) error { return nil }

func (pages) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	return checkPages(op, op.Operation.SelectionSet, map[string]bool{})
}

// checkPages visits each fragment once, so that fragments within fragments cost
// no more than their length.
func checkPages(op *graphql.OperationContext, set ast.SelectionSet, seen map[string]bool) *gqlerror.Error {
	for _, selection := range set {
		var inner ast.SelectionSet
		switch s := selection.(type) {
		case *ast.Field:
			if s.Definition != nil && strings.HasSuffix(s.Definition.Type.Name(), "Connection") {
				if err := checkPage(s, op.Variables); err != nil {
					return err
				}
				if err := checkSelection(op, s); err != nil {
					return err
				}
			}
			if s.Definition != nil {
				if err := checkNames(op, s); err != nil {
					return err
				}
			}
			inner = s.SelectionSet
		case *ast.InlineFragment:
			inner = s.SelectionSet
		case *ast.FragmentSpread:
			if seen[s.Name] {
				continue
			}
			seen[s.Name] = true
			inner = s.Definition.SelectionSet
		}
		if err := checkPages(op, inner, seen); err != nil {
			return err
		}
	}
	return nil
}

func checkPage(f *ast.Field, variables map[string]any) *gqlerror.Error {
	args := f.ArgumentMap(variables)
	given := 0
	for _, name := range []string{"first", "last"} {
		if args[name] == nil {
			continue
		}
		given++
		n, ok := asInt(args[name])
		if !ok || n < 1 || n > maxPage {
			return pageError(f, name, "'%s' of '%s' must be between 1 and %d.", name, f.Name, maxPage)
		}
	}
	if given != 1 {
		return pageError(f, "first", "Give '%s' either 'first' or 'last', between 1 and %d.", f.Name, maxPage)
	}
	order, _ := args["orderBy"].(map[string]any)
	for _, name := range []string{"after", "before"} {
		if args[name] != nil && !isCursor(args[name], order["field"]) {
			return pageError(f, name, "'%s' of '%s' is no cursor of a list in this order.", name, f.Name)
		}
	}
	return nil
}

// maxCursor bounds a cursor; the longest real ones hold a version's sort key.
const maxCursor = 4096

// isCursor reports whether a cursor holds what a list in this order compares it
// with: entgql puts whatever is in it into the statement, and PostgreSQL fails on
// values of another type. Without an order a cursor holds an id alone.
func isCursor(v, order any) bool {
	text, _ := v.(string)
	var c db.Cursor
	if len(text) > maxCursor || c.UnmarshalGQL(text) != nil || !storable(c.ID) {
		return false
	}
	field, ordered := order.(string)
	switch value := c.Value.(type) {
	case nil:
		return !ordered
	case time.Time:
		return strings.HasSuffix(field, "_AT") && value.Year() >= 1970 && value.Year() <= 9999
	case string:
		return ordered && !strings.HasSuffix(field, "_AT") && storable(value)
	}
	return false
}

func storable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// checkSelection refuses two ways of asking that entgql answers wrongly: it looks
// for 'edges', 'totalCount' and 'pageInfo' by the names that they get in the
// answer, and without 'edges' it only guesses whether there are more pages.
func checkSelection(op *graphql.OperationContext, f *ast.Field) *gqlerror.Error {
	asked := map[string]bool{}
	for _, field := range graphql.CollectFields(op, f.SelectionSet, []string{f.Definition.Type.Name()}) {
		if field.Alias != field.Name && field.Name != "__typename" {
			return selectionError(field.Field, "'%s' of '%s' cannot be given another name.", field.Name, f.Name)
		}
		asked[field.Name] = true
	}
	if asked["pageInfo"] && !asked["edges"] {
		return selectionError(f, "Ask '%s' for 'edges' along with 'pageInfo'.", f.Name)
	}
	return nil
}

// checkNames refuses one related object under two names in one selection: entgql
// loads it once, with the fields of the last, and the other name would be
// answered with empty fields (tried: a revoked license came back ACTIVE). Under a
// root field, and for connections, several names are fine.
func checkNames(op *graphql.OperationContext, f *ast.Field) *gqlerror.Error {
	names := map[string]string{}
	for _, field := range graphql.CollectFields(op, f.SelectionSet, []string{f.Definition.Type.Name(), "Node"}) {
		if len(field.Selections) == 0 || field.Definition == nil || strings.HasSuffix(field.Definition.Type.Name(), "Connection") {
			continue
		}
		if first, ok := names[field.Name]; ok && first != field.Alias {
			return selectionError(field.Field, "Ask '%s' for '%s' once, not under two names.", f.Name, field.Name)
		}
		names[field.Name] = field.Alias
	}
	return nil
}

func selectionError(f *ast.Field, format string, a ...any) *gqlerror.Error {
	return at(f, fault.Newf(fault.QueryValidationFailed, format, a...))
}

func pageError(f *ast.Field, argument, format string, a ...any) *gqlerror.Error {
	return at(f, fault.Invalid(argument, format, a...))
}

func at(f *ast.Field, cause error) *gqlerror.Error {
	err := gqlerror.Wrap(cause)
	err.Locations = []gqlerror.Location{{Line: f.Position.Line, Column: f.Position.Column}}
	return err
}

// asInt reads a number as literals (int64) and variables (several kinds) give it.
func asInt(v any) (int64, bool) {
	n, err := graphql.UnmarshalInt64(v)
	return n, err == nil
}
