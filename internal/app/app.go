// Package app puts licet together: configuration, database, services, surfaces.
// It is the only place that knows them all.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/cors"

	"github.com/licethq/licet/graph"
	"github.com/licethq/licet/graph/playground"
	"github.com/licethq/licet/internal/account"
	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/internal/config"
	"github.com/licethq/licet/internal/event"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/ratelimit"
	"github.com/licethq/licet/internal/secret"
	"github.com/licethq/licet/internal/site"
	"github.com/licethq/licet/internal/store"
	"github.com/licethq/licet/internal/web"
	"github.com/licethq/licet/rest"
)

// App is a licet with an open database, ready to serve or to be commanded.
type App struct {
	config   config.Config
	store    *store.Store
	files    *catalog.Files
	services graph.Services
}

// Open connects to the database and file store that the configuration names.
// It neither migrates nor creates an account: see Prepare.
func Open(ctx context.Context, c config.Config, o store.Options) (*App, error) {
	if err := c.Complete(); err != nil {
		return nil, fmt.Errorf("the configuration needs attention:\n%w", err)
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("the data directory cannot be used: %w", err)
	}
	keeper, err := newKeeper(c)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, c.DatabaseURL, o)
	if err != nil {
		return nil, err
	}
	files, err := catalog.OpenFiles(filepath.Join(c.DataDir, "files"))
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	l := licensing.NewService(s, keeper)
	return &App{
		config: c, store: s, files: files,
		services: graph.Services{
			Accounts: account.NewService(s, keeper), Licensing: l, Catalog: catalog.NewService(s, l, files),
			Sites: site.NewService(s, keeper, l), Events: event.NewService(s),
		},
	}, nil
}

// Close releases the database and the file store.
func (a *App) Close() error { return errors.Join(a.store.Close(), a.files.Close()) }

const masterKeyFile = "master.key"

func newKeeper(c config.Config) (*secret.Keeper, error) {
	if c.MasterKey != "" {
		key, err := secret.ParseMasterKey(c.MasterKey)
		if err != nil {
			return nil, err // checked with the rest of the configuration
		}
		return secret.NewKeeper(key)
	}
	path := filepath.Join(c.DataDir, masterKeyFile)
	key, created, err := secret.MasterKeyFile(path)
	if err != nil {
		return nil, fmt.Errorf("the master key cannot be read: %w", err)
	}
	if created {
		slog.Info("created a master key: keep a copy apart from the database, without it no license key can be read", "file", path)
	}
	return secret.NewKeeper(key)
}

// Migrate brings the database up to date and returns what it applied.
func (a *App) Migrate(ctx context.Context) ([]string, error) { return a.store.Migrate(ctx) }

// Prepare migrates the database and creates the first account in an empty one.
// It returns that account's secret key, the only time it can be seen, and ""
// when there was an account already.
func (a *App) Prepare(ctx context.Context) (string, error) {
	applied, err := a.Migrate(ctx)
	if err != nil {
		return "", fmt.Errorf("migrating the database: %w", err)
	}
	if len(applied) > 0 {
		slog.Info("migrated the database", "migrations", applied)
	}
	token, err := a.services.Accounts.Bootstrap(ctx, a.config.BootstrapSecretKey)
	if given := a.config.BootstrapSecretKey; err == nil && token == "" && given != "" {
		if _, err := a.services.Accounts.Authenticate(ctx, given); err != nil {
			slog.Warn("LICET_BOOTSTRAP_SECRET_KEY is ignored: the database has its first account already; create further keys with 'licet key create --secret'")
		}
	}
	return token, err
}

// CreateAccount creates a further account and returns a secret key with every
// scope, the only time it can be seen. The plan is START, PRO or ENTERPRISE.
func (a *App) CreateAccount(ctx context.Context, name, plan string) (string, error) {
	return a.services.Accounts.CreateWithKey(ctx, name, plan)
}

// Handler serves every surface.
func (a *App) Handler() (http.Handler, error) {
	proxies, err := a.config.Proxies()
	if err != nil {
		return nil, err
	}
	limiter := ratelimit.New(a.config.RateLimits == "on", time.Now)
	resolver := graph.NewResolver(a.services)
	if a.config.RateLimits == "off" {
		slog.Warn("RATE LIMITS ARE OFF (LICET_RATE_LIMITS=off): anyone may try keys as fast as they like; never run production like this")
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", graph.NewHandler(resolver, a.services.Accounts.Authenticate, limiter))
	play := playground.Handler("/graphql", graph.Examples)
	mux.Handle("/playground", play)
	mux.Handle("/playground/", play)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.HandleFunc("GET /{$}", landing)
	rest.Mount(mux, rest.Deps{
		Resolvers: resolver, Files: a.files, Authenticate: a.services.Accounts.Authenticate,
		Limiter: limiter, PublicURL: a.config.PublicURL,
		CheckAnswers: a.config.CheckOutage == "answer", Log: slog.Default(),
	})
	// With no origin at all there is nothing to allow; rs/cors would take that
	// for any.
	handler := rest.Lenient(web.NameRoute(mux))
	if len(a.config.CORSOrigins) > 0 {
		handler = a.crossOrigin().Handler(handler)
	}
	return web.Wrap(handler, proxies), nil
}

// crossOrigin lets web pages of the configured origins call. Keys travel in
// headers, never in cookies, so any origin may call by default, and credentials
// are never allowed.
func (a *App) crossOrigin() *cors.Cors {
	return cors.New(cors.Options{
		AllowedOrigins: a.config.CORSOrigins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost},
		AllowedHeaders: append([]string{"Authorization", "X-Api-Key", "Content-Type", "Range", "If-Range", "If-None-Match"}, graph.PreflightHeaders...),
		ExposedHeaders: []string{"RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After", "X-Request-Id", "ETag", "Content-Disposition", "Content-MD5", "Content-Range", "Accept-Ranges"},
		MaxAge:         600,
	})
}

// ready answers whether requests can be served. The start migrated the
// database, so it is ready when it answers.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.store.Ping(r.Context()); err != nil {
		slog.WarnContext(r.Context(), "not ready: the database does not answer", "error", err)
		plain(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	plain(w, http.StatusOK, "ready")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text)
}
