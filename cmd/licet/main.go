// Command licet is a software-licensing server. Run 'licet --help'.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/licethq/licet/internal/app"
	"github.com/licethq/licet/internal/config"
)

// version is set by the linker for releases.
var version = "0.1.0-dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "licet:", err)
		os.Exit(1)
	}
}

// command is what every subcommand needs: the configuration, and on whose
// behalf it acts.
type command struct {
	config  config.Config
	account string
	test    bool
}

func root() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "licet",
		Short: "Issue, activate and check software licenses; ship updates to plugins, themes and apps",
		Long: `licet is a licensing server in one binary, with SQLite inside or PostgreSQL beside it.

  licet serve --demo     look around with demo data
  licet serve            run the server
  licet release publish  ship an update

Settings come from the environment; flags override it. Commands other than serve
work on the configured database directly and are safe while the server runs.

Environment
  LICET_ADDR                  where to listen (127.0.0.1:8080)
  LICET_PUBLIC_URL            how clients reach the server (http:// and LICET_ADDR)
  LICET_DATA_DIR              database, files and master key (./data)
  LICET_DATABASE_URL          postgres://… instead of SQLite in the data directory
  LICET_MASTER_KEY            32 bytes in base64, instead of master.key in the data directory
  LICET_BOOTSTRAP_SECRET_KEY  sk_live_… for the first account, instead of a printed one
  LICET_TRUSTED_PROXIES       proxies whose X-Forwarded-For is believed: addresses or networks, with commas
  LICET_RATE_LIMITS           on, or off for load tests (on)
  LICET_CHECK_OUTAGE          drop: License Server's /check drops the connection when the database is away,
                              which shipped clients take for 'still valid'; or answer (drop)
  LICET_CORS_ORIGINS          web origins that may call the APIs, with commas (*)
  LICET_LOG_LEVEL             debug, info, warn or error (info)`,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return c.read(cmd)
		},
	}
	f := cmd.PersistentFlags()
	f.StringVar(&c.config.DataDir, "data-dir", "", "database, files and master key (LICET_DATA_DIR)")
	f.StringVar(&c.config.DatabaseURL, "database-url", "", "postgres://… or sqlite:FILE (LICET_DATABASE_URL)")
	f.StringVar(&c.config.LogLevel, "log-level", "", "debug, info, warn or error (LICET_LOG_LEVEL)")
	cmd.SetOut(os.Stdout) // cobra prints to standard error otherwise
	cmd.AddCommand(c.serve(), c.migrate(), c.accounts(), c.key(), c.license(), c.release(), versionCommand())
	return cmd
}

// read fills in from the environment what no flag gave, and starts the log.
func (c *command) read(cmd *cobra.Command) error {
	given := c.config
	fromEnv, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	c.config = fromEnv
	for name, set := range map[string]func(){
		"data-dir":     func() { c.config.DataDir = given.DataDir },
		"database-url": func() { c.config.DatabaseURL = given.DatabaseURL },
		"log-level":    func() { c.config.LogLevel = given.LogLevel },
		"addr":         func() { c.config.Addr = given.Addr },
		"public-url":   func() { c.config.PublicURL = given.PublicURL },
	} {
		if flag := cmd.Flags().Lookup(name); flag != nil && flag.Changed {
			set()
		}
	}
	app.StartLog(os.Stderr, c.config.LogLevel)
	slog.Debug("configuration read", "data", c.config.DataDir)
	return nil
}

// asOperator adds the flags that say for whom a command acts.
func (c *command) asOperator(cmd *cobra.Command) *cobra.Command {
	cmd.PersistentFlags().StringVar(&c.account, "account", "", "the account's name or id (the first account)")
	cmd.PersistentFlags().BoolVar(&c.test, "test", false, "act on test data instead of live data")
	return cmd
}

func (c *command) operate(cmd *cobra.Command, do func(*app.Operator) error) error {
	return app.As(cmd.Context(), c.config, c.account, c.test, do)
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run:   func(cmd *cobra.Command, _ []string) { cmd.Println("licet", version) },
	}
}
