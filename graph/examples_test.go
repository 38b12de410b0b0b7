package graph_test

import (
	"encoding/json"
	"testing"

	"github.com/licethq/licet/graph"
	"github.com/licethq/licet/internal/apptest"
)

// TestExamplesWork runs every operation that the playground opens with.
func TestExamplesWork(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t, "sqlite")
	names, _ := fullWorld(t, s)
	if len(graph.Examples) < 5 {
		t.Fatalf("only %d examples", len(graph.Examples))
	}
	for _, e := range graph.Examples {
		variables := map[string]any{}
		if e.Variables != "" {
			if err := json.Unmarshal([]byte(e.Variables), &variables); err != nil {
				t.Fatalf("%s: %v", e.Title, err)
			}
		}
		for name, value := range map[string]string{"policyId": names["my-cool-plugin_policy_id"], "key": names["license"]} {
			if _, wanted := variables[name]; wanted {
				variables[name] = value
			}
		}
		s.MustQuery(t, apptest.SecretKey, e.Query, variables, nil)
	}
}
