package main

import (
	"github.com/spf13/cobra"

	"github.com/licethq/licet/internal/app"
)

func (c *command) serve() *cobra.Command {
	demo := false
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Run the server: GraphQL at /graphql, its playground at /playground, the ProxGate
API at /api/v1 and the License Server API at /wp-json/license-server/v1.

The first start creates the database, a master key and an account, and prints the
account's secret API key once. An interrupt (Ctrl-C, SIGTERM) lets requests and
downloads in flight finish; a second one does not.`,
		Example: `  licet serve --demo
  LICET_PUBLIC_URL=https://licenses.example.com licet serve --addr 127.0.0.1:9000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return app.Serve(cmd.Context(), c.config, demo, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&c.config.Addr, "addr", "", "where to listen (LICET_ADDR, 127.0.0.1:8080)")
	cmd.Flags().StringVar(&c.config.PublicURL, "public-url", "", "how clients reach the server (LICET_PUBLIC_URL)")
	cmd.Flags().BoolVar(&demo, "demo", false, "fill an empty database with a small account, write demo.json, and print commands to try")
	return cmd
}

func (c *command) migrate() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to date",
		Long: `Bring the database up to date and exit. 'licet serve' does the same at its start;
use this to migrate before a new version is started.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			applied, err := app.Migrate(cmd.Context(), c.config)
			if err != nil {
				return err
			}
			for _, name := range applied {
				cmd.Println("applied", name)
			}
			if len(applied) == 0 {
				cmd.Println("the database is up to date")
			}
			return nil
		},
	}
}
