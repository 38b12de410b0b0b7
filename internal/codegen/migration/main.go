// Command migration writes the SQL that brings each database from the last
// migration to the present ent schema:
//
//	LICET_TEST_POSTGRES_URL=postgres://… go run ./internal/codegen/migration add_customer_phone
//
// It needs a PostgreSQL in which it may create a scratch database. Without a
// difference it writes nothing.
package main

import (
	"context"
	"fmt"
	"os"

	"ariga.io/atlas/sql/sqltool"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	_ "modernc.org/sqlite"             // registers "sqlite"

	"github.com/licethq/licet/ent/db/migrate"
	"github.com/licethq/licet/internal/storetest"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/codegen/migration NAME")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "migration:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name string) error {
	// PostgreSQL first: without it there must not be half a migration.
	for _, d := range []string{dialect.Postgres, dialect.SQLite} {
		driver, folder, done, err := storetest.Scratch(ctx, d)
		if err != nil {
			return err
		}
		defer done()
		dir, err := sqltool.NewGooseDir("ent/migrations/" + folder)
		if err != nil {
			return err
		}
		m, err := schema.NewMigrate(driver, schema.WithDir(dir), schema.WithMigrationMode(schema.ModeReplay),
			schema.WithDialect(d), schema.WithFormatter(sqltool.GooseFormatter), schema.WithDropColumn(true), schema.WithDropIndex(true))
		if err != nil {
			return err
		}
		if err := m.NamedDiff(ctx, name, migrate.Tables...); err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
	}
	return nil
}
