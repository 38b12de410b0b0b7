package proxgate_test

import (
	"net/http"
	"testing"

	"github.com/licethq/licet/internal/apptest"
)

// TestCases runs the cases of testdata and holds every answer against
// openapi.yaml. Together they show each status described there, but for those
// that no client can cause: rest/faults_test.go has them.
func TestCases(t *testing.T) {
	openapi := apptest.NewOpenAPI(t)
	t.Cleanup(func() {
		openapi.Complete(t, "/api/v1/", http.StatusInternalServerError, http.StatusServiceUnavailable)
	})
	apptest.Run(t, "testdata", openapi.Check)
}
