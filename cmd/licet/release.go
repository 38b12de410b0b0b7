package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/licethq/licet/internal/app"
)

func (c *command) release() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "release",
		Short: "Ship updates",
	}
	cmd.AddCommand(c.releasePublish())
	return c.asOperator(cmd)
}

func (c *command) releasePublish() *cobra.Command {
	var changelogFile, version string
	draft := false
	cmd := &cobra.Command{
		Use:   "publish FILE.zip",
		Short: "Upload and publish a zip",
		Long: `Upload and publish a zip. The product is the one whose slug is the zip's single
top folder; name, version and requirements are read from the plugin's header or the
theme's style.css. Sites with a good license are offered the newest version from
that moment on.`,
		Example: `  licet release publish my-cool-plugin-2.2.0.zip --changelog-file CHANGES.txt
  licet release publish my-app.zip --version 1.4.0`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			changelog := ""
			if changelogFile != "" {
				text, err := os.ReadFile(changelogFile)
				if err != nil {
					return err
				}
				changelog = string(text)
			}
			return c.operate(cmd, func(o *app.Operator) error {
				done, err := o.PublishRelease(args[0], changelog, version, draft)
				if err != nil {
					return err
				}
				cmd.Println(done)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&changelogFile, "changelog-file", "", "a text file that says what changed")
	cmd.Flags().StringVar(&version, "version", "", "the version of an app, whose zip has no header")
	cmd.Flags().BoolVar(&draft, "draft", false, "keep it as a draft")
	return cmd
}
