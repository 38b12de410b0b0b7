// Package web is what every HTTP request passes before it reaches a surface:
// request id, client address, log line, deadline, and the last line of defense
// against a panic.
package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/felixge/httpsnoop"

	"github.com/licethq/licet/internal/request"
)

const (
	// deadline bounds the work for one request. It is counted apart from the
	// client's connection: a client that hangs up would otherwise cancel a
	// statement, and pgx drops and reopens the connection each time.
	deadline = 15 * time.Second
	// bodyDeadline bounds how long a client may take to send a small body.
	bodyDeadline = 30 * time.Second
	// uploadDeadline includes receiving the file.
	uploadDeadline = 30 * time.Minute
	// uploadPath is the one place that takes files.
	uploadPath = "/graphql"
)

// Wrap puts the request's id and client address into the context, logs the
// request by its route, because license keys may stand anywhere in an address,
// and turns a panic into a 500. Forwarding headers count only when the peer is a trusted
// proxy.
func Wrap(next http.Handler, trusted []netip.Prefix) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info := request.Info{ID: requestID(), Address: clientAddress(r, trusted), Route: &request.Route{}}
		limit, toSend := deadline, bodyDeadline
		if r.URL.Path == uploadPath && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
			limit, toSend = uploadDeadline, uploadDeadline
		}
		if r.Method == http.MethodPost {
			// Not every writer can, a test's recorder for instance.
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(toSend))
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(request.With(r.Context(), info)), limit)
		defer cancel()
		w.Header().Set("X-Request-Id", info.ID)
		r = r.WithContext(ctx)

		// httpsnoop keeps what the writer can do, above all ReadFrom: without
		// it a download costs more than twice the CPU.
		m := httpsnoop.CaptureMetricsFn(w, func(w http.ResponseWriter) {
			defer func() {
				p := recover()
				if p == nil {
					return
				}
				if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(p)
				}
				slog.ErrorContext(ctx, "request panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				w.WriteHeader(http.StatusInternalServerError)
				_, _ = fmt.Fprintf(w, `{"success":false,"error":"internal","code":"internal","message":"Something went wrong on our side.","request_id":%q}`+"\n", info.ID)
			}()
			next.ServeHTTP(w, r)
		})
		slog.InfoContext(ctx, "request", "method", r.Method, "route", info.Route.Load(), "status", m.Code,
			"bytes", m.Written, "duration", m.Duration.Round(time.Microsecond), "address", info.Address)
	})
}

func requestID() string {
	raw := make([]byte, 12)
	_, _ = rand.Read(raw) // never fails, by its documentation
	return hex.EncodeToString(raw)
}

// NameRoute tells the log which of the mux's routes a request took.
func NameRoute(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Also when the handler drops the connection.
		defer func() { request.From(r.Context()).Route.Store(r.Pattern) }()
		mux.ServeHTTP(w, r)
	})
}

// clientAddress returns who called. From the right, the first address in
// X-Forwarded-For that is no trusted proxy is the client; what stands left of
// it anyone can forge.
func clientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && isTrusted(client, trusted); i-- {
		hop := strings.TrimSpace(hops[i])
		addr, err := netip.ParseAddr(hop)
		if err != nil {
			withPort, err := netip.ParseAddrPort(hop)
			if err != nil {
				break
			}
			addr = withPort.Addr()
		}
		client = addr.Unmap().WithZone("")
	}
	return client
}

func isTrusted(a netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
