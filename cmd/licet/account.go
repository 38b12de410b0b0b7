package main

import (
	"github.com/spf13/cobra"

	"github.com/licethq/licet/internal/app"
)

func (c *command) accounts() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Create further accounts",
		Long: `An account is a seller: it owns products, licenses and API keys, and sees nothing of
other accounts. The first start of the server creates one; most installations need
no other.`,
	}
	plan := ""
	create := &cobra.Command{
		Use:     "create NAME",
		Short:   "Create an account and print its secret API key, once",
		Example: `  licet account create "Another Seller" --plan PRO`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			token, err := app.CreateAccount(cmd.Context(), c.config, args[0], plan)
			if err != nil {
				return err
			}
			cmd.PrintErrln("Created", args[0], "— its secret key is shown only now:")
			cmd.Println(token)
			return nil
		},
	}
	create.Flags().StringVar(&plan, "plan", "ENTERPRISE", "START, PRO or ENTERPRISE: 100, 1,000 or 10,000 requests a minute for each API key")
	cmd.AddCommand(create)
	return cmd
}
