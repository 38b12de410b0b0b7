// Package store opens the database, runs transactions, and hides the
// differences between SQLite and PostgreSQL from everything above it.
package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"entgo.io/ent/dialect"
	"github.com/oklog/ulid/v2"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/internal/fault"
)

// Options are the outside world of a store. The zero value is the real one.
type Options struct {
	Now    func() time.Time
	Random io.Reader
	// OnStatement is told each SQL statement. Tests count round trips with it.
	OnStatement func(query string)
}

// Store is an open database, with the clock and randomness that rows get
// their timestamps and ids from.
type Store struct {
	client *db.Client
	driver *driver
	now    func() time.Time
	random io.Reader

	idMu      sync.Mutex
	idEntropy *ulid.MonotonicEntropy
}

// EndOfTime stands for "never" in columns that lists are ordered by.
var EndOfTime = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// Open connects to a database: 'sqlite:PATH' or 'postgres://…'. It does not
// migrate; see Migrate.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	d, err := openDriver(ctx, url, o.OnStatement)
	if err != nil {
		return nil, err
	}
	s := &Store{client: db.NewClient(db.Driver(d)), driver: d, now: o.Now, random: o.Random}
	if s.now == nil {
		s.now = time.Now
	}
	if s.random == nil {
		s.random = rand.Reader
	}
	s.idEntropy = ulid.Monotonic(s.random, math.MaxUint32)
	return s, nil
}

// Close closes every connection.
func (s *Store) Close() error { return s.driver.Close() }

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string {
	if s.driver.Dialect() == dialect.Postgres {
		return "postgres"
	}
	return "sqlite"
}

// Ping answers whether the database can be reached. UNAVAILABLE if not.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.driver.ping(ctx); err != nil {
		return fault.Wrap(fault.Unavailable, err)
	}
	return nil
}

// Now returns the time in UTC, in the precision that both databases keep.
func (s *Store) Now() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Random is the source of secrets.
func (s *Store) Random() io.Reader { return s.random }

// NewID returns a typed id such as lic_01J…. Ids made by one process sort in
// the order in which they were made.
func (s *Store) NewID(prefix string) string {
	s.idMu.Lock()
	defer s.idMu.Unlock()
	id, err := ulid.New(ulid.Timestamp(s.now()), s.idEntropy)
	if err != nil {
		// The operating system has no randomness: nothing safe can be done.
		panic(fmt.Sprintf("store: no randomness for ids: %v", err))
	}
	return prefix + "_" + id.String()
}

type txKey struct{ s *Store }

// DB returns the client to query with: the transaction's, inside InTx. Outside
// a transaction it must only read; on SQLite a write there fails.
func (s *Store) DB(ctx context.Context) *db.Client {
	if tx, ok := ctx.Value(txKey{s}).(*db.Tx); ok {
		return tx.Client()
	}
	return s.client
}

// ErrAgain rolls the transaction back and runs it again: it lost a race and
// must look anew.
var ErrAgain = errors.New("the transaction lost a race")

// maxAttempts bounds how often a transaction that lost a race is run again.
const maxAttempts = 8

// InTx runs fn in a transaction, and again when the database asks for it
// (serialization failure, deadlock): fn must have no other effect. Inside
// another InTx it joins that transaction. The transaction commits when fn
// returns nil.
func (s *Store) InTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if _, ok := ctx.Value(txKey{s}).(*db.Tx); ok {
		return fn(ctx)
	}
	for attempt := 1; ; attempt++ {
		err := s.once(ctx, fn)
		if err == nil || !retryable(err) {
			return err
		}
		if attempt == maxAttempts {
			return unavailable(err)
		}
		pause := time.Duration(mathrand.Int64N(int64(5*time.Millisecond) << attempt))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return unavailable(ctx.Err())
		}
	}
}

func (s *Store) once(ctx context.Context, fn func(ctx context.Context) error) (err error) {
	tx, err := s.client.Tx(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			// Also after a failed commit: rolling back a finished
			// transaction does nothing.
			_ = tx.Rollback()
		}
	}()
	defer func() {
		if p := recover(); p != nil {
			_ = tx.Rollback()
			panic(p)
		}
	}()
	if err := fn(context.WithValue(ctx, txKey{s}, tx)); err != nil {
		return err
	}
	return tx.Commit()
}

// Tx is InTx for a function that returns a row. After the commit the row is
// cut loose from the transaction, so that its edges can still be read. Rows
// that were loaded with it are not: return none with loaded edges.
func Tx[T any](ctx context.Context, s *Store, fn func(ctx context.Context) (T, error)) (T, error) {
	var row T
	_, joined := ctx.Value(txKey{s}).(*db.Tx)
	err := s.InTx(ctx, func(ctx context.Context) (err error) {
		row, err = fn(ctx)
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	if u, ok := any(row).(interface{ Unwrap() T }); ok && !joined {
		row = u.Unwrap()
	}
	return row, nil
}

// First turns "no such row" into nil: First(query.Only(ctx)).
func First[T any](row *T, err error) (*T, error) {
	if db.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}
