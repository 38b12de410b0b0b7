package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/licethq/licet/internal/app"
)

func (c *command) key() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Create, list and revoke API keys",
		Long: `API keys are what programs call licet with.

Publishable keys (pk_…) ship inside plugins, where anyone can read them, so they
hold public scopes only. Secret keys (sk_…) stay on your own servers.`,
	}
	cmd.AddCommand(c.keyCreate(), c.keyList(), c.keyRevoke())
	return c.asOperator(cmd)
}

func (c *command) keyCreate() *cobra.Command {
	k := app.NewKey{}
	days := 0
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Create an API key and print it, once",
		Example: `  licet key create "Shipped in My Cool Plugin"
  licet key create --secret --scope licenses:read --scope events:read "Data warehouse"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if days < 0 || days > 36_500 {
				return fmt.Errorf("--expires-in-days must be between 0 (never) and 36500")
			}
			k.Name, k.Test, k.ExpiresIn = args[0], c.test, time.Duration(days)*24*time.Hour
			return c.operate(cmd, func(o *app.Operator) error {
				id, token, err := o.CreateKey(k)
				if err != nil {
					return err
				}
				cmd.PrintErrln("Created", id, "— the key is shown only now:")
				cmd.Println(token)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&k.Secret, "secret", false, "a secret key instead of a publishable one")
	cmd.Flags().StringSliceVar(&k.Scopes, "scope", nil, "what it may do; repeat for more (all that its kind may hold)")
	cmd.Flags().IntVar(&days, "expires-in-days", 0, "after how many days it stops working (never)")
	return cmd
}

func (c *command) keyList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List API keys",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.operate(cmd, func(o *app.Operator) error {
				lines, err := o.Keys()
				for _, line := range lines {
					cmd.Println(line)
				}
				return err
			})
		},
	}
}

func (c *command) keyRevoke() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID",
		Short: "Revoke an API key at once and for good",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.operate(cmd, func(o *app.Operator) error {
				if err := o.RevokeKey(args[0]); err != nil {
					return err
				}
				cmd.Println("revoked", args[0])
				return nil
			})
		},
	}
}
