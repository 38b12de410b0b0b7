package licenseserver_test

import (
	"net/http"
	"testing"

	"github.com/licethq/licet/internal/apptest"
	"github.com/licethq/licet/internal/storetest"
)

// TestCases runs the cases of testdata and holds every answer against
// openapi.yaml. Together they show each status described there, but for those
// that no client can cause: rest/faults_test.go has them.
//
// The whole runs once for each name of the routes: on every database for the
// first, and for the second, which differs in its address only, on SQLite.
func TestCases(t *testing.T) {
	const first, second = "/license-server/v1", "/license-server-for-woocommerce/v1"
	for _, suite := range []struct {
		route, other string
		dialects     []string
	}{
		{first, second, storetest.Dialects},
		{second, first, []string{"sqlite"}},
	} {
		t.Run(suite.route[1:], func(t *testing.T) {
			openapi := apptest.NewOpenAPI(t)
			t.Cleanup(func() {
				openapi.Complete(t, "/wp-json"+suite.route+"/", http.StatusInternalServerError, http.StatusServiceUnavailable)
			})
			apptest.Suite{
				Dir: "testdata", Dialects: suite.dialects, Checks: []apptest.Check{openapi.Check},
				Names: map[string]string{"route": suite.route, "base": "/wp-json" + suite.route, "other": "/wp-json" + suite.other},
			}.Run(t)
		})
	}
}
