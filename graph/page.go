package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

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
	return checkPages(op.Operation.SelectionSet, op.Variables, map[string]bool{})
}

// checkPages visits each fragment once, so that fragments within fragments cost
// no more than their length.
func checkPages(set ast.SelectionSet, variables map[string]any, seen map[string]bool) *gqlerror.Error {
	for _, selection := range set {
		var inner ast.SelectionSet
		switch s := selection.(type) {
		case *ast.Field:
			if s.Definition != nil && strings.HasSuffix(s.Definition.Type.Name(), "Connection") {
				if err := checkPage(s, variables); err != nil {
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
		if err := checkPages(inner, variables, seen); err != nil {
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
	return nil
}

func pageError(f *ast.Field, argument, format string, a ...any) *gqlerror.Error {
	err := gqlerror.Wrap(fault.Invalid(argument, format, a...))
	err.Locations = []gqlerror.Location{{Line: f.Position.Line, Column: f.Position.Column}}
	return err
}

// asInt reads a number as literals (int64) and variables (several kinds) give it.
func asInt(v any) (int64, bool) {
	n, err := graphql.UnmarshalInt64(v)
	return n, err == nil
}
