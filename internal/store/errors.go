package store

import (
	"context"
	sqldriver "database/sql/driver"
	"errors"
	"net"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/licethq/licet/internal/fault"
)

func unavailable(cause error) error { return fault.Wrap(fault.Unavailable, cause) }

// classify turns what a database says about itself into faults. What it says
// about the data stays as it is: only the caller knows what that means.
func classify(err error) error {
	if err == nil || retryable(err) {
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "22021" || pg.Code == "22P05": // bytes that PostgreSQL cannot store
			return fault.Wrap(fault.InputInvalid, err)
		case strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "53"), strings.HasPrefix(pg.Code, "57"),
			pg.Code == "25006": // read-only: a standby that is not promoted yet
			return unavailable(err)
		}
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return unavailable(err)
		}
		return err
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, sqldriver.ErrBadConn) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "unexpected EOF") {
		return unavailable(err)
	}
	return err
}

// retryable reports whether running the transaction again may succeed.
func retryable(err error) bool {
	if errors.Is(err, ErrAgain) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY || lite.Code()&0xff == sqlite3.SQLITE_LOCKED
	}
	return false
}

var (
	liteUnique = regexp.MustCompile(`UNIQUE constraint failed: ([\w., ]+)`)
	pgKey      = regexp.MustCompile(`^Key \(([^)]+)\)=`)
)

// Duplicate returns which unique index an insert ran into, as
// "table(column,column)", or "" if err is anything else.
func Duplicate(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		if m := pgKey.FindStringSubmatch(pg.Detail); m != nil {
			return pg.TableName + "(" + strings.ReplaceAll(m[1], " ", "") + ")"
		}
		return pg.TableName + "(" + pg.ConstraintName + ")"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		if m := liteUnique.FindStringSubmatch(lite.Error()); m != nil {
			columns := strings.Split(m[1], ", ")
			table, _, _ := strings.Cut(columns[0], ".")
			for i, c := range columns {
				columns[i] = strings.TrimPrefix(strings.TrimSpace(c), table+".")
			}
			return table + "(" + strings.Join(columns, ",") + ")"
		}
	}
	return ""
}
