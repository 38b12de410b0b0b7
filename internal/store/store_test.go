package store_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	entschema "entgo.io/ent/dialect/sql/schema"

	"github.com/licethq/licet/ent/db/account"
	"github.com/licethq/licet/ent/db/migrate"
	"github.com/licethq/licet/ent/migrations"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/storetest"
)

// TestMigrationsEqualTheModel migrates an empty database and asks ent what is
// missing: nothing may be.
func TestMigrationsEqualTheModel(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		driver, done := storetest.Driver(t, dialect)
		defer done()
		var ddl bytes.Buffer
		m, err := entschema.NewMigrate(&entschema.WriteDriver{Driver: driver, Writer: &ddl}, entschema.WithDropColumn(true), entschema.WithDropIndex(true))
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Create(context.Background(), migrate.Tables...); err != nil {
			t.Fatal(err)
		}
		if rest := strings.TrimSpace(strings.NewReplacer("BEGIN;", "", "COMMIT;", "").Replace(ddl.String())); rest != "" {
			t.Errorf("the migrations lack:\n%s", ddl.String())
		}
	})
}

// TestEachDialectHasTheSameMigrations compares the names after the version.
func TestEachDialectHasTheSameMigrations(t *testing.T) {
	t.Parallel()
	names := map[string][]string{}
	for _, d := range storetest.Dialects {
		files, err := fs.Glob(migrations.FS, d+"/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatalf("no migrations for %s: %v", d, err)
		}
		for _, f := range files {
			_, name, _ := strings.Cut(filepath.Base(f), "_")
			names[d] = append(names[d], name)
		}
	}
	if a, b := strings.Join(names["sqlite"], " "), strings.Join(names["postgres"], " "); a != b {
		t.Errorf("sqlite has %s, postgres has %s", a, b)
	}
}

// TestMigrateOnceTogether lets several processes' worth of stores migrate one
// empty database at once: each migration is applied by exactly one.
func TestMigrateOnceTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		url := storetest.EmptyURL(t, dialect)
		var wait sync.WaitGroup
		var mu sync.Mutex
		applied := 0
		for range 4 {
			wait.Go(func() {
				s, err := store.Open(context.Background(), url, store.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = s.Close() }()
				names, err := s.Migrate(context.Background())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				applied += len(names)
				mu.Unlock()
			})
		}
		wait.Wait()
		files, err := fs.Glob(migrations.FS, dialect+"/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		if applied != len(files) {
			t.Errorf("%d migrations were applied, expected %d", applied, len(files))
		}
	})
}

// TestSQLiteIsDurable asks the connections what they were opened with: a commit
// must survive a power cut.
func TestSQLiteIsDurable(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, "sqlite", store.Options{})
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"}
	got, err := s.Pragmas(context.Background(), "journal_mode", "synchronous", "foreign_keys", "busy_timeout")
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range want {
		if got[name] != v {
			t.Errorf("%s is %q, expected %q", name, got[name], v)
		}
	}
}

// TestWritesNeedATransaction keeps a change outside InTx from going unnoticed.
func TestWritesNeedATransaction(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, "sqlite", store.Options{})
	ctx := context.Background()
	err := s.DB(ctx).Account.Create().SetID("acc_1").SetCreatedAt(s.Now()).SetName("x").SetPlan(account.PlanPRO).Exec(ctx)
	if err == nil {
		t.Error("a write outside a transaction succeeded")
	}
}

// TestTransactions commits on success only, joins a transaction in the context,
// and runs again after a lost race.
func TestTransactions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, dialect string) {
		s := storetest.Open(t, dialect, store.Options{})
		ctx := context.Background()
		create := func(ctx context.Context, id string) error {
			return s.DB(ctx).Account.Create().SetID(id).SetCreatedAt(s.Now()).SetName(id).SetPlan(account.PlanPRO).Exec(ctx)
		}
		failure := errors.New("failure")
		err := s.InTx(ctx, func(ctx context.Context) error {
			return errors.Join(create(ctx, "acc_lost"), s.InTx(ctx, func(ctx context.Context) error { return create(ctx, "acc_lost_too") }), failure)
		})
		if !errors.Is(err, failure) {
			t.Fatal(err)
		}
		attempts := 0
		err = s.InTx(ctx, func(ctx context.Context) error {
			if err := create(ctx, "acc_kept"); err != nil {
				return err
			}
			if attempts++; attempts < 3 {
				return store.ErrAgain
			}
			return nil
		})
		if err != nil || attempts != 3 {
			t.Fatalf("%d attempts: %v", attempts, err)
		}
		ids, err := s.DB(ctx).Account.Query().IDs(ctx)
		if err != nil || len(ids) != 1 || ids[0] != "acc_kept" {
			t.Errorf("accounts %v, %v", ids, err)
		}
		err = s.InTx(ctx, func(context.Context) error { return store.ErrAgain })
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("a transaction that always loses ends with %v", err)
		}
		err = s.InTx(ctx, func(ctx context.Context) error { return create(ctx, "acc_kept") })
		if store.Duplicate(err) != "accounts(id)" {
			t.Errorf("a duplicate is %q: %v", store.Duplicate(err), err)
		}
	})
}

// TestIDsSortByTime makes many ids at once.
func TestIDsSortByTime(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, "sqlite", store.Options{})
	last := ""
	for range 10_000 {
		id := s.NewID("lic")
		if id <= last || len(id) != 30 {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
}
