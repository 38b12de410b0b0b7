// Command codegen rebuilds ent/db and graph/gen from nothing:
//
//	go run ./internal/codegen
//
// Run it from the root of the repository after a change to ent/schema,
// schema.graphql or gqlgen.yml. For a change to ent/schema also write the
// migrations: go run ./internal/codegen/migration NAME.
package main

import (
	_ "embed"
	"fmt"
	"os"

	"entgo.io/contrib/entgql"
	"entgo.io/ent/entc"
	entgen "entgo.io/ent/entc/gen"
	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"
)

//go:embed node.tmpl
var nodeTemplate string

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "codegen:", err)
		os.Exit(1)
	}
}

func run() error {
	if _, err := os.Stat("gqlgen.yml"); err != nil {
		return fmt.Errorf("run it from the root of the repository: %w", err)
	}
	// A template that is no longer in use would otherwise leave its file behind.
	for _, dir := range []string{"ent/db", "graph/gen"} {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := generateEnt(); err != nil {
		return fmt.Errorf("ent: %w", err)
	}
	cfg, err := config.LoadConfig("gqlgen.yml")
	if err != nil {
		return fmt.Errorf("gqlgen.yml: %w", err)
	}
	if err := api.Generate(cfg); err != nil {
		return fmt.Errorf("gqlgen: %w", err)
	}
	return nil
}

func generateEnt() error {
	ext, err := entgql.NewExtension(entgql.WithTemplates(
		entgql.CollectionTemplate, entgql.EnumTemplate, entgql.PaginationTemplate, entgql.EdgeTemplate,
		entgen.MustParse(entgen.NewTemplate("node").Funcs(entgql.TemplateFuncs).Parse(nodeTemplate)),
	))
	if err != nil {
		return err
	}
	return entc.Generate("./ent/schema", &entgen.Config{
		Target:   "ent/db",
		Package:  "github.com/licethq/licet/ent/db",
		Features: []entgen.Feature{entgen.FeatureVersionedMigration},
	}, entc.Extensions(ext))
}
