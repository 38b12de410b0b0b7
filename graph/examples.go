package graph

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/licethq/licet/graph/playground"
)

//go:embed examples/*
var exampleFiles embed.FS

// Examples are the operations that the playground opens with, one file each,
// in the order of their file names. A file NAME.json beside an operation holds
// its variables. A test runs every one.
var Examples = func() []playground.Example {
	var examples []playground.Example
	names, _ := fs.Glob(exampleFiles, "examples/*.graphql") // the pattern is well-formed
	for _, name := range names {
		operation, _ := exampleFiles.ReadFile(name) // embedded
		variables, _ := exampleFiles.ReadFile(strings.TrimSuffix(name, ".graphql") + ".json")
		title, _, _ := strings.Cut(strings.TrimPrefix(string(operation), "# "), "\n")
		examples = append(examples, playground.Example{Title: title, Query: string(operation), Variables: string(variables)})
	}
	return examples
}()
