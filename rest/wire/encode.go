package wire

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/ratelimit"
)

// statuses is the one table from what a fault is to its HTTP status. 404 for a
// path, 405, 412 and 416 are the transport's own and not in it.
var statuses = map[fault.Kind]int{
	fault.KindInvalid:         http.StatusBadRequest,
	fault.KindUnauthenticated: http.StatusUnauthorized,
	fault.KindDenied:          http.StatusForbidden,
	fault.KindNotFound:        http.StatusNotFound,
	fault.KindConflict:        http.StatusConflict,
	fault.KindTooLarge:        http.StatusRequestEntityTooLarge,
	fault.KindRateLimited:     http.StatusTooManyRequests,
	fault.KindInternal:        http.StatusInternalServerError,
	fault.KindUnavailable:     http.StatusServiceUnavailable,
}

// Status returns the HTTP status of a kind of fault.
func Status(k fault.Kind) int {
	if s, ok := statuses[k]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Encode answers with a JSON body. No HTML escaping: clients compare and sign
// what they get. Nothing is to be stored on the way, since nearly every answer
// tells of a license.
func Encode(w http.ResponseWriter, status int, body any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		panic(fmt.Errorf("encode %T: %w", body, err)) // the dialects' own structs always encode
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // fails only if nobody listens any more
}

// Refuse answers with a fault, in the body of a dialect. 429 and 503 always say
// when to come again.
func Refuse(w http.ResponseWriter, f *fault.Error, body any) {
	status := Status(f.Kind())
	if f.RetryAfter > 0 || status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, f.RetrySeconds())))
	}
	Encode(w, status, body)
}

// Respell returns the field of a fault, and its message, in a dialect's own
// spelling of inputs. Fields that are not in it are spelled alike.
func Respell(f *fault.Error, spelling map[string]string) (field, message string) {
	field = cmp.Or(spelling[f.Field], f.Field)
	return field, strings.ReplaceAll(f.Message, "'"+f.Field+"'", "'"+field+"'")
}

// Ours reports whether a fault is no caller's doing.
func Ours(f *fault.Error) bool { return Status(f.Kind()) >= http.StatusInternalServerError }

// Log writes down a fault that is ours, with the cause that no answer shows.
func Log(ctx context.Context, log *slog.Logger, f *fault.Error) {
	if Ours(f) {
		log.ErrorContext(ctx, "request failed", "error", f.Error())
	}
}

// Try runs a call and turns its panic into an error, so that a dialect answers a
// defect in its own words. Dropping the connection stays what it is.
func Try(call func() error) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if e, ok := p.(error); ok && errors.Is(e, http.ErrAbortHandler) {
			panic(p)
		}
		err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}()
	return call()
}

// RateLimited returns RATE_LIMITED with the time to wait for a request that was
// not let through, and nil for one that was.
func RateLimited(taken ratelimit.Result) error {
	if taken.Allowed {
		return nil
	}
	return fault.Limited(taken.Reset)
}
