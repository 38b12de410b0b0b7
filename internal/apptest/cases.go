package apptest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"github.com/licethq/licet/internal/storetest"
)

// Case is one piece of behavior: a world, requests, and what must come back.
// Files of cases read as documentation; see graph/testdata and
// rest/*/testdata.
//
// Requests and expectations may hold {{name}}: a license's key or any name that
// World.Build made or an earlier step saved. {{x*300}} is x, 300 times, and
// {{in 24h}} the moment that lies so far ahead of the server's clock.
//
// Expected values match when they are equal, except these: <any>, <absent>,
// <string>, <time> (RFC 3339), <datetime> (Y-m-d H:i:s), <contains TEXT>,
// <matches REGEXP>. Of an object only the expected fields are compared; lists
// must be equal in length.
type Case struct {
	Name  string `yaml:"name"`
	World World  `yaml:"world"`
	Steps []Step `yaml:"steps"`
}

// Step is one request, or a passage of time.
type Step struct {
	Advance string `yaml:"advance"` // moves the server's clock, such as 48h

	// A REST request, such as 'POST /api/v1/licenses/validate'.
	Do string `yaml:"do"`
	// Or a GraphQL document, sent to /graphql.
	GraphQL   string         `yaml:"graphql"`
	Variables map[string]any `yaml:"variables"`
	Zip       *StepZip       `yaml:"zip"` // sent as the variable 'file'

	As      string            `yaml:"as"` // an API key by name; see Server.Key
	Headers map[string]string `yaml:"headers"`
	JSON    any               `yaml:"json"` // the body as JSON
	Form    string            `yaml:"form"` // the body as application/x-www-form-urlencoded
	Raw     *string           `yaml:"raw"`  // the body as it is
	// The body as multipart/form-data.
	Multipart map[string]string `yaml:"multipart"`
	Repeat    int               `yaml:"repeat"`

	Status int               `yaml:"status"`
	Header map[string]string `yaml:"header"` // expected; same matching as the body
	Body   any               `yaml:"body"`   // the whole JSON answer
	Data   any               `yaml:"data"`   // GraphQL's data
	Error  map[string]any    `yaml:"error"`  // GraphQL's first error: code, field, message; or 'none'
	Text   string            `yaml:"text"`   // text that the answer contains
	Not    string            `yaml:"not"`    // text that the answer must not contain, such as a key
	Length *int              `yaml:"length"` // of the answer, in bytes
	Save   map[string]string `yaml:"save"`   // name: path into the answer, such as data.issueLicense.key
	// name: header of the answer
	SaveHeader map[string]string `yaml:"saveHeader"`
}

// StepZip is an archive to upload: a plugin, or files with their content.
type StepZip struct {
	Slug    string            `yaml:"slug"`
	Version string            `yaml:"version"`
	Files   map[string]string `yaml:"files"`
	Raw     string            `yaml:"raw"`
}

// Check looks at a REST answer beyond what a case expects of it.
type Check func(t testing.TB, r *http.Request, answer *Response)

// Run runs every case of every .yml file below dir, on every database.
func Run(t *testing.T, dir string, checks ...Check) {
	t.Helper()
	Suite{Dir: dir, Dialects: storetest.Dialects, Checks: checks}.Run(t)
}

// Suite is a folder of cases, and how to run them.
type Suite struct {
	Dir      string
	Dialects []string
	Names    map[string]string // further {{names}} for requests
	Checks   []Check
}

// Run runs every case of every .yml file below the folder.
func (suite Suite) Run(t *testing.T) {
	t.Helper()
	dir, files, seen := suite.Dir, 0, map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".yml") {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var cases []Case
		if err := yaml.UnmarshalWithOptions(text, &cases, yaml.Strict()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(path, dir+"/"), ".yml")
		for _, c := range cases {
			if seen[name+c.Name] {
				return fmt.Errorf("%s: two cases are called %q", path, c.Name)
			}
			seen[name+c.Name] = true
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				for _, dialect := range suite.Dialects {
					t.Run(dialect, func(t *testing.T) {
						t.Parallel()
						c.run(t, dialect, suite)
					})
				}
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatalf("no cases in %s", dir)
	}
}

func (c Case) run(t *testing.T, dialect string, suite Suite) {
	s := Start(t, dialect)
	names := c.World.Build(t, s)
	maps.Copy(names, suite.Names)
	for i, step := range c.Steps {
		if step.Advance != "" {
			d, err := time.ParseDuration(step.Advance)
			if err != nil {
				t.Fatal(err)
			}
			s.Clock.Advance(d)
			if step.Do == "" && step.GraphQL == "" {
				continue
			}
		}
		for n := range max(1, step.Repeat) {
			if !t.Failed() {
				step.run(t, s, names, fmt.Sprintf("step %d, time %d", i+1, n+1), suite.Checks)
			}
		}
	}
}

func (step Step) run(t *testing.T, s *Server, names map[string]string, where string, checks []Check) {
	t.Helper()
	names["now"] = s.Clock.Now().UTC().Format(time.RFC3339Nano)
	request := step.request(t, s, names)
	answer := s.Do(t, request)
	fail := func(format string, args ...any) {
		t.Helper()
		body := string(answer.Body)
		if !utf8.ValidString(body) {
			body = fmt.Sprintf("(%d bytes)", len(body))
		}
		t.Errorf("%s: %s\n%s %s\nanswer %d %s", where, fmt.Sprintf(format, args...), request.Method, request.URL, answer.Status, body)
	}
	status := step.Status
	if status == 0 {
		status = http.StatusOK
	}
	if answer.Status != status {
		fail("status %d, expected %d", answer.Status, status)
	}
	for name, want := range step.Header {
		var got any
		if v, ok := answer.Header[http.CanonicalHeaderKey(name)]; ok {
			got = strings.Join(v, ", ")
		}
		if diff := match(fill(want, names), got, got != nil); diff != "" {
			fail("header %s%s", name, diff)
		}
	}
	if step.Text != "" && !strings.Contains(string(answer.Body), fill(step.Text, names).(string)) {
		fail("the answer does not contain %q", step.Text)
	}
	if step.Not != "" && strings.Contains(string(answer.Body), fill(step.Not, names).(string)) {
		fail("the answer contains %q", step.Not)
	}
	if step.Length != nil && len(answer.Body) != *step.Length {
		fail("the answer has %d bytes, expected %d", len(answer.Body), *step.Length)
	}
	var body any
	if json.Unmarshal(answer.Body, &body) != nil && (step.Body != nil || step.Data != nil || step.Error != nil) {
		fail("not JSON")
	}
	if step.Body != nil {
		if diff := match(fill(normal(t, step.Body), names), body, true); diff != "" {
			fail("body%s", diff)
		}
	}
	if step.GraphQL != "" {
		step.matchGraphQL(t, names, body, fail)
	}
	for name, path := range step.Save {
		v, ok := lookup(body, path)
		if !ok {
			fail("nothing at %s to save", path)
		}
		names[name] = fmt.Sprint(v)
	}
	for name, header := range step.SaveHeader {
		names[name] = answer.Header.Get(header)
	}
	if step.GraphQL == "" {
		for _, check := range checks {
			check(t, request, answer)
		}
	}
}

func (step Step) matchGraphQL(t *testing.T, names map[string]string, body any, fail func(string, ...any)) {
	t.Helper()
	first, failed := lookup(body, "errors.0")
	if step.Error == nil {
		if failed {
			fail("unexpected error")
		}
	} else {
		if !failed {
			fail("expected the error %v", step.Error)
			return
		}
		got := map[string]any{"message": first.(map[string]any)["message"]}
		if ext, ok := lookup(first, "extensions"); ok {
			for k, v := range ext.(map[string]any) {
				got[k] = v
			}
		}
		if diff := match(fill(normal(t, step.Error), names), got, true); diff != "" {
			fail("error%s", diff)
		}
	}
	if step.Data != nil {
		data, ok := lookup(body, "data")
		if diff := match(fill(normal(t, step.Data), names), data, ok); diff != "" {
			fail("data%s", diff)
		}
	}
}
