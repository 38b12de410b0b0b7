package graph_test

import (
	"testing"

	"github.com/licethq/licet/internal/apptest"
)

// TestCases runs the cases of testdata, one file for each root field.
func TestCases(t *testing.T) { apptest.Run(t, "testdata") }
