package main

import (
	"github.com/spf13/cobra"

	"github.com/licethq/licet/internal/app"
)

func (c *command) license() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "license",
		Short: "Issue, show, suspend, reinstate and revoke licenses",
	}
	cmd.AddCommand(
		c.licenseIssue(), c.licenseShow(),
		c.licenseSet("suspend", "suspended", "Take a license out of force until it is reinstated"),
		c.licenseSet("reinstate", "reinstated", "Put a suspended license back in force"),
		c.licenseSet("revoke", "revoked", "Take a license out of force for good"),
	)
	return c.asOperator(cmd)
}

func (c *command) licenseIssue() *cobra.Command {
	n := app.NewLicense{}
	cmd := &cobra.Command{
		Use:   "issue PRODUCT",
		Short: "Issue a license for a product, by slug, and print its key",
		Example: `  licet license issue my-cool-plugin --email ada@example.com
  licet license issue my-cool-plugin --policy "Business, one year" --limit 5 --expires 2027-12-31
  licet license issue my-cool-plugin --key OLD-KEY-FROM-ANOTHER-SHOP --expires never`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n.Product = args[0]
			return c.operate(cmd, func(o *app.Operator) error {
				id, key, err := o.IssueLicense(n)
				if err != nil {
					return err
				}
				cmd.PrintErrln("Issued", id)
				cmd.Println(key)
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&n.Policy, "policy", "", "the policy's name or id; needed when the product has several")
	f.StringVar(&n.Email, "email", "", "the customer, created if new (nobody yet)")
	f.StringVar(&n.Key, "key", "", "an existing key to import (generated)")
	f.IntVar(&n.Limit, "limit", 0, "activations, instead of the policy's limit")
	f.BoolVar(&n.Unlimited, "unlimited", false, "no activation limit")
	f.StringVar(&n.Expires, "expires", "", "the day on which it ends, such as 2027-12-31, or 'never' (the policy's duration)")
	f.StringVar(&n.Order, "order", "", "your own order number")
	return cmd
}

func (c *command) licenseShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show KEY-OR-ID",
		Short: "Show a license and where it is activated",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.operate(cmd, func(o *app.Operator) error {
				lines, err := o.ShowLicense(args[0])
				for _, line := range lines {
					cmd.Println(line)
				}
				return err
			})
		},
	}
}

func (c *command) licenseSet(verb, done, short string) *cobra.Command {
	reason := ""
	cmd := &cobra.Command{
		Use:   verb + " KEY-OR-ID",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.operate(cmd, func(o *app.Operator) error {
				if err := o.SetLicense(args[0], verb, reason); err != nil {
					return err
				}
				cmd.Println(done)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the event log")
	return cmd
}
