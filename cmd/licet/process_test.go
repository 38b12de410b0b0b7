package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is licet, built once for all tests of this package.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "licet-binary-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "licet")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// run runs a command to its end and returns what it printed.
func run(t *testing.T, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(cleanEnv(), env...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errOut.String(), cmd.ProcessState.ExitCode()
}

// must is run for a command that must succeed.
func must(t *testing.T, env []string, args ...string) string {
	t.Helper()
	stdout, stderr, code := run(t, env, args...)
	if code != 0 {
		t.Fatalf("licet %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return strings.TrimSpace(stdout)
}

func cleanEnv() []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "LICET_") {
			env = append(env, e)
		}
	}
	return env
}

// process is a running server.
type process struct {
	URL    string
	cmd    *exec.Cmd
	done   chan error
	mu     sync.Mutex
	output bytes.Buffer // standard output
	log    bytes.Buffer // standard error
}

// start runs 'licet serve' on a free port of the loopback and waits until it is
// ready.
func start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	for range 3 {
		// Another test may take the port between its choice and its use.
		if p := tryStart(t, env, args...); p != nil {
			return p
		}
	}
	t.Fatal("no free port in three tries")
	return nil
}

func tryStart(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	_ = listener.Close()
	p := &process{URL: "http://" + addr, done: make(chan error, 1)}
	p.cmd = exec.Command(path, append([]string{"serve", "--addr", addr}, args...)...)
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = append(cleanEnv(), env...)
	p.cmd.Stdout, p.cmd.Stderr = &locked{&p.mu, &p.output}, &locked{&p.mu, &p.log}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		select {
		case err := <-p.done:
			p.done <- err
		case <-time.After(10 * time.Second):
		}
	})
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		select {
		case err := <-p.done:
			p.done <- err
			if strings.Contains(p.Log(), "cannot listen") {
				return nil
			}
			t.Fatalf("the server ended: %v\n%s", err, p.Log())
		default:
		}
		resp, err := http.Get(p.URL + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return p
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("the server did not get ready\n%s", p.Log())
	return nil
}

// Output and Log return what the process printed so far.
func (p *process) Output() string { p.mu.Lock(); defer p.mu.Unlock(); return p.output.String() }
func (p *process) Log() string    { p.mu.Lock(); defer p.mu.Unlock(); return p.log.String() }

// kill ends the process as a power cut would.
func (p *process) kill(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Kill()
	err := <-p.done
	p.done <- err
}

// interrupt asks the process to stop.
func (p *process) interrupt(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

type locked struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// post sends JSON and returns the status and the decoded answer.
func post(ctx context.Context, url string, headers map[string]string, body any) (int, map[string]any, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	var out map[string]any
	if err := json.NewDecoder(bufio.NewReader(resp.Body)).Decode(&out); err != nil {
		return resp.StatusCode, nil, err
	}
	return resp.StatusCode, out, nil
}

// graphQL sends a document and returns its data; an error fails the test.
func graphQL(t *testing.T, url, key, query string, variables map[string]any) map[string]any {
	t.Helper()
	_, out, err := post(t.Context(), url+"/graphql", map[string]string{"Authorization": "Bearer " + key}, map[string]any{"query": query, "variables": variables})
	if err != nil || out["errors"] != nil {
		t.Fatalf("%v %v", err, out)
	}
	return out["data"].(map[string]any)
}

const secretKey = "sk_live_cmdtest00000000000000000"

// issue makes a product, a policy and a license with a limit, and returns the
// license's key.
func issue(t *testing.T, url string, limit int) string {
	t.Helper()
	product := graphQL(t, url, secretKey, `mutation { createProduct(input: {slug: "my-cool-plugin", name: "P", type: PLUGIN}) { product { id } } }`, nil)
	id := product["createProduct"].(map[string]any)["product"].(map[string]any)["id"]
	policy := graphQL(t, url, secretKey, `mutation($id: ID!) { createPolicy(input: {productId: $id, name: "P"}) { policy { id } } }`, map[string]any{"id": id})
	id = policy["createPolicy"].(map[string]any)["policy"].(map[string]any)["id"]
	license := graphQL(t, url, secretKey, `mutation($id: ID!, $limit: Int) { issueLicense(input: {policyId: $id, activationLimit: $limit}) { key } }`, map[string]any{"id": id, "limit": limit})
	return license["issueLicense"].(map[string]any)["key"].(string)
}
