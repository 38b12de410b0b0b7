package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/licethq/licet/internal/config"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/web"
)

// drainTime bounds how long a stopping server waits for requests and downloads
// in flight.
const drainTime = 10 * time.Minute

// Serve runs the server until ctx is done, then lets what is in flight finish.
// It tells people on out what they need to know once, such as the first
// account's secret key; a second interrupt is the caller's to handle.
func Serve(ctx context.Context, c config.Config, demo bool, out io.Writer) error {
	a, err := Open(ctx, c, store.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()

	// Listen before anything is created, so that a taken port leaves no trace.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s; is another licet running? Choose another address with --addr: %w", a.config.Addr, err)
	}
	defer func() { _ = listener.Close() }()
	secretKey, err := a.Prepare(ctx)
	if err != nil {
		return err
	}
	var d *Demo
	if demo {
		if d, err = a.FillDemo(ctx, secretKey); err != nil {
			return err
		}
	}
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	slog.Info("licet is ready", "address", listener.Addr().String(), "public_url", a.config.PublicURL, "database", a.store.Dialect(), "data", a.config.DataDir)
	switch {
	case d != nil:
		d.Print(out)
	case secretKey != "" && a.config.BootstrapSecretKey == "":
		_, _ = fmt.Fprintf(out, "\nYour first account has this secret API key. It is shown only now; keep it safe:\n\n  %s\n\nTry it in the playground: %s/playground\n\n", secretKey, a.config.PublicURL)
	}

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	slog.Info("stopping: waiting for requests and downloads in flight; interrupt again to stop at once")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("some requests did not finish within %s: %w", drainTime, err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	slog.Info("stopped")
	return nil
}

// Migrate brings the configured database up to date and returns what it
// applied.
func Migrate(ctx context.Context, c config.Config) (applied []string, err error) {
	a, err := Open(ctx, c, store.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return a.Migrate(ctx)
}

// StartLog sends the log to w, from a level on: debug, info, warn or error.
func StartLog(w io.Writer, level string) {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level)) // an unknown level is refused with the rest of the configuration
	slog.SetDefault(web.NewLogger(w, l))
}
