package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"entgo.io/ent/dialect"
	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/licethq/licet/ent/migrations"
)

// Migrate applies every migration that the database lacks and returns their
// file names. Processes that start together wait for each other.
func (s *Store) Migrate(ctx context.Context) ([]string, error) {
	if s.driver.dialect == dialect.Postgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		return s.migrate(ctx, s.driver.writer, goose.DialectPostgres, "postgres", goose.WithSessionLocker(locker))
	}
	guard := flock.New(s.driver.path + ".lock")
	if err := guard.Lock(); err != nil {
		return nil, err
	}
	defer func() { _ = guard.Unlock() }()
	// Rebuilding a table while foreign keys are on deletes what refers to it.
	conn, err := sql.Open("sqlite", sqliteDSN(s.driver.path, "_pragma=foreign_keys(0)"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	conn.SetMaxOpenConns(1)
	applied, err := s.migrate(ctx, conn, goose.DialectSQLite3, "sqlite")
	if err != nil || len(applied) == 0 {
		return applied, err
	}
	return applied, checkForeignKeys(ctx, conn)
}

// Pending returns how many migrations the database lacks.
func (s *Store) Pending(ctx context.Context) (int, error) {
	d, folder := goose.DialectSQLite3, "sqlite"
	if s.driver.dialect == dialect.Postgres {
		d, folder = goose.DialectPostgres, "postgres"
	}
	p, err := s.provider(s.driver.writer, d, folder)
	if err != nil {
		return 0, err
	}
	status, err := p.Status(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, m := range status {
		if m.State == goose.StatePending {
			n++
		}
	}
	return n, nil
}

func (s *Store) provider(conn *sql.DB, d goose.Dialect, folder string, o ...goose.ProviderOption) (*goose.Provider, error) {
	files, err := fs.Sub(migrations.FS, folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(d, conn, files, o...)
}

func (s *Store) migrate(ctx context.Context, conn *sql.DB, d goose.Dialect, folder string, o ...goose.ProviderOption) ([]string, error) {
	p, err := s.provider(conn, d, folder, o...)
	if err != nil {
		return nil, err
	}
	results, err := p.Up(ctx)
	if err != nil {
		var partial *goose.PartialError
		if errors.As(err, &partial) {
			return nil, fmt.Errorf("migration %s: %w", partial.Failed.Source.Path, partial.Err)
		}
		return nil, err
	}
	var names []string
	for _, r := range results {
		names = append(names, r.Source.Path)
	}
	return names, nil
}

func checkForeignKeys(ctx context.Context, conn *sql.DB) error {
	rows, err := conn.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		return errors.New("after the migration some rows refer to rows that are gone; restore the backup and report this")
	}
	return rows.Err()
}
