// Package migrations holds the SQL that builds and changes each database.
// Write them with: go run ./internal/codegen/migration NAME.
package migrations

import "embed"

// FS holds one folder per dialect.
//
//go:embed postgres/*.sql sqlite/*.sql
var FS embed.FS
