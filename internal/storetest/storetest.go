// Package storetest opens databases for tests, each one empty, migrated and
// the test's own.
package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"

	"github.com/licethq/licet/ent/migrations"
	"github.com/licethq/licet/internal/store"
)

// PostgresURLVariable names a PostgreSQL in which tests may create databases.
const PostgresURLVariable = "LICET_TEST_POSTGRES_URL"

// Dialects are the databases that every test of behavior runs on.
var Dialects = []string{"sqlite", "postgres"}

// Each runs a test once for each dialect, in parallel.
func Each(t *testing.T, test func(t *testing.T, dialect string)) {
	t.Helper()
	for _, d := range Dialects {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			test(t, d)
		})
	}
}

// URL returns the address of a migrated, empty database that is gone after the
// test. Where PostgreSQL is not to be had the test is skipped, but fails when
// CI=true.
func URL(t testing.TB, dialect string) string {
	t.Helper()
	if dialect == "sqlite" {
		return sqliteURL(t)
	}
	return postgresURL(t)
}

// EmptyURL is URL without any table.
func EmptyURL(t testing.TB, dialect string) string {
	t.Helper()
	if dialect == "sqlite" {
		return "sqlite:" + filepath.Join(t.TempDir(), "licet.db")
	}
	return createPostgres(t, "template1")
}

// Driver returns an ent driver on a database as URL gives it, and what to call
// in the end.
func Driver(t testing.TB, name string) (*entsql.Driver, func()) {
	t.Helper()
	driverName, entName, dsn := "pgx", dialect.Postgres, strings.TrimSuffix(URL(t, name), poolSize)
	if name == "sqlite" {
		driverName, entName, dsn = "sqlite", dialect.SQLite, "file:"+strings.TrimPrefix(dsn, "sqlite:")+"?_pragma=foreign_keys(1)"
	}
	conn, err := sql.Open(driverName, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return entsql.OpenDB(entName, conn), func() { _ = conn.Close() }
}

// Open opens a database as URL gives it.
func Open(t testing.TB, dialect string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), URL(t, dialect), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// sqliteTemplate is a migrated file, made once for each test process: copying
// it is faster than migrating again.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "licet-template-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "licet.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func sqliteURL(t testing.TB) string {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "licet.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

func postgresURL(t testing.TB) string {
	t.Helper()
	requirePostgres(t)
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	url, err := takeSlot(t, template)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// takeSlot lends a test one of a few migrated databases, emptied. Making a
// database takes many times longer than emptying one. Slots are numbered, and
// held by an advisory lock for as long as the test runs, so test processes share
// them and a crash frees them.
func takeSlot(t testing.TB, template string) (string, error) {
	ctx := context.Background()
	server := os.Getenv(PostgresURLVariable)
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	conn, err := admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	t.Cleanup(func() {
		_ = conn.Close()
		_ = admin.Close() // and with it goes the lock
	})
	const locks = 5418 // any number, the same in every test process
	slot, mine := 0, false
	for ; ; slot++ {
		if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1, $2)", locks, slot).Scan(&mine); err != nil {
			return "", err
		}
		if mine {
			break
		}
	}
	name := strings.Replace(template, "template", fmt.Sprintf("test_%d", slot), 1)
	var exists bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil {
		return "", err
	}
	if !exists {
		_, err := conn.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
		return withDatabase(server, name) + fewConnections(server), err
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name); err != nil {
		return "", err
	}
	return withDatabase(server, name) + fewConnections(server), empty(ctx, withDatabase(server, name))
}

// empty removes every row but the record of migrations.
func empty(ctx context.Context, url string) error {
	conn, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	var tables string
	if err := conn.QueryRowContext(ctx, `SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
		WHERE schemaname = 'public' AND tablename <> 'goose_db_version'`).Scan(&tables); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "TRUNCATE "+tables)
	return err
}

func requirePostgres(t testing.TB) {
	t.Helper()
	server := os.Getenv(PostgresURLVariable)
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: CI must test on PostgreSQL", PostgresURLVariable)
		}
		t.Skipf("PostgreSQL was not tried: set %s", PostgresURLVariable)
	}
}

func createPostgres(t testing.TB, template string) string {
	t.Helper()
	requirePostgres(t)
	server := os.Getenv(PostgresURLVariable)
	name := fmt.Sprintf("licet_test_%d_%08x", os.Getpid(), rand.Uint32())
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		_ = admin.Close()
	})
	return withDatabase(server, name) + fewConnections(server)
}

// fewConnections keeps the many servers of a test run from using up one
// PostgreSQL.
func fewConnections(server string) string {
	if strings.Contains(server, "?") {
		return "&" + poolSize
	}
	return "?" + poolSize
}

const poolSize = "pool_max_conns=8"

// postgresTemplate makes one migrated database for all test processes that
// share the same migrations, and returns its name.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(migrations.FS, "postgres", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := migrations.FS.ReadFile(path)
		sum.Write([]byte(path)) // a migration that was renamed is another one
		sum.Write([]byte(path))
		sum.Write(content)
		return err
	})
	if err != nil {
		return "", err
	}
	name := "licet_template_" + hex.EncodeToString(sum.Sum(nil))[:16]

	server := os.Getenv(PostgresURLVariable)
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	defer func() { _ = admin.Close() }()
	ctx := context.Background()
	conn, err := admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	const lock = 5417 // any number, the same in every test process
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", lock); err != nil {
		return "", err
	}
	defer func() { _, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", lock) }()
	var ready bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&ready); err != nil || ready {
		return name, err
	}
	// Migrated under another name first, so that a template is never half done.
	building := name + "_new"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + building + " WITH (FORCE)", "CREATE DATABASE " + building} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return "", err
		}
	}
	if err := migrate(withDatabase(server, building)); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+building+" RENAME TO "+name)
	return name, err
})

func migrate(url string) error {
	s, err := store.Open(context.Background(), url, store.Options{})
	if err != nil {
		return err
	}
	_, err = s.Migrate(context.Background())
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	return err
}

func withDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(PostgresURLVariable + " is not an address: " + err.Error())
	}
	u.Path = "/" + name
	return u.String()
}

// Scratch returns an ent driver on an empty database without tables, the
// dialect's migration folder, and what to call in the end.
func Scratch(ctx context.Context, name string) (*entsql.Driver, string, func(), error) {
	if name == dialect.SQLite {
		conn, err := sql.Open("sqlite", "file:scratch?mode=memory&_pragma=foreign_keys(1)")
		if err != nil {
			return nil, "", nil, err
		}
		conn.SetMaxOpenConns(1)
		return entsql.OpenDB(dialect.SQLite, conn), "sqlite", func() { _ = conn.Close() }, nil
	}
	server := os.Getenv(PostgresURLVariable)
	if server == "" {
		return nil, "", nil, fmt.Errorf("%s is not set: it must name a PostgreSQL in which a scratch database may be created", PostgresURLVariable)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return nil, "", nil, err
	}
	scratch := fmt.Sprintf("licet_scratch_%d_%08x", os.Getpid(), rand.Uint32())
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+scratch); err != nil {
		return nil, "", nil, err
	}
	conn, err := sql.Open("pgx", withDatabase(server, scratch))
	if err != nil {
		return nil, "", nil, err
	}
	return entsql.OpenDB(dialect.Postgres, conn), "postgres", func() {
		_ = conn.Close()
		_, _ = admin.Exec("DROP DATABASE " + scratch + " WITH (FORCE)")
		_ = admin.Close()
	}, nil
}
