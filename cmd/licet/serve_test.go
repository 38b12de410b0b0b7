package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/licethq/licet/internal/storetest"
)

// TestDemoCommandsWorkWhenPasted starts the demo and runs every command that it
// prints in a shell, then starts it again and finds the same keys.
func TestDemoCommandsWorkWhenPasted(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("curl is missing: CI must run the printed commands")
		}
		t.Skip("the printed commands need curl")
	}
	t.Parallel()
	data := t.TempDir()
	p := start(t, []string{"LICET_DATA_DIR=" + data}, "--demo")
	// The text is printed right after the server got ready.
	for i := 0; !strings.Contains(p.Output(), "Headers tab") && i < 200; i++ {
		time.Sleep(10 * time.Millisecond)
	}
	commands := regexp.MustCompile(`(?m)^  curl (?:.*\\\n)*.*$`).FindAllString(p.Output(), -1)
	if len(commands) < 7 {
		t.Fatalf("only %d commands in:\n%s", len(commands), p.Output())
	}
	downloads := t.TempDir()
	for _, command := range commands {
		cmd := exec.CommandContext(t.Context(), "bash", "-c", command)
		cmd.Dir = downloads
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s\n%v: %s", command, err, out)
		}
		if bad := regexp.MustCompile(`"errors"|"success":false|"valid":false|"package":""`).Find(out); bad != nil {
			t.Errorf("%s\nanswers %s", command, out)
		}
	}
	var demo map[string]string
	text, err := os.ReadFile(filepath.Join(data, "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &demo); err != nil {
		t.Fatal(err)
	}
	original, err := os.ReadFile(demo["release_zip"])
	if err != nil {
		t.Fatal(err)
	}
	downloaded, err := os.ReadFile(filepath.Join(downloads, "my-cool-plugin-2.1.0.zip"))
	if err != nil || !bytes.Equal(original, downloaded) {
		t.Errorf("the downloaded zip is not the published one: %v", err)
	}
	for _, name := range []string{
		"base_url", "secret_key", "publishable_key", "other_account_secret_key", "product_slug", "license_key", "license_key_limit5",
		"license_key_unlimited", "license_key_expired", "license_key_suspended", "license_key_full", "release_version", "release_zip",
	} {
		if demo[name] == "" {
			t.Errorf("demo.json has no %s", name)
		}
	}
	for name, want := range map[string]string{
		"license_key": "VALID", "license_key_limit5": "VALID", "license_key_unlimited": "VALID",
		"license_key_expired": "EXPIRED", "license_key_suspended": "SUSPENDED",
	} {
		_, out, err := post(t.Context(), p.URL+"/api/v1/licenses/validate", map[string]string{"X-Api-Key": demo["publishable_key"]}, map[string]any{"license_key": demo[name]})
		if err != nil || out["code"] != want {
			t.Errorf("%s is %v, expected %s", name, out["code"], want)
		}
	}
	status, out, err := post(t.Context(), p.URL+"/api/v1/licenses/activate", map[string]string{"X-Api-Key": demo["publishable_key"]},
		map[string]any{"license_key": demo["license_key_full"], "domain": "one-more.example"})
	if err != nil || status != 403 || out["error"] != "activation_limit_reached" {
		t.Errorf("license_key_full is not full: %d %v %v", status, out, err)
	}
	p.kill(t)
	again := start(t, []string{"LICET_DATA_DIR=" + data}, "--demo")
	graphQL(t, again.URL, demo["secret_key"], "{ viewer { accountId } }", nil)
}

// TestFirstStart shows the first account's secret key once, or takes it from
// the environment.
func TestFirstStart(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, []string{"LICET_DATA_DIR=" + data})
	key := ""
	for i := 0; key == "" && i < 200; i++ {
		key = regexp.MustCompile(`sk_live_\w+`).FindString(p.Output())
		time.Sleep(10 * time.Millisecond)
	}
	graphQL(t, p.URL, key, "{ viewer { accountId } }", nil)
	if strings.Contains(p.Log(), key) {
		t.Error("the secret key is in the log")
	}
	p.kill(t)
	p = start(t, []string{"LICET_DATA_DIR=" + data})
	graphQL(t, p.URL, key, "{ viewer { accountId } }", nil)
	if strings.Contains(p.Output(), "sk_live_") {
		t.Error("the second start prints a secret key")
	}
}

// TestRestartLosesNothing kills the server right after each acknowledged change.
func TestRestartLosesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dialect string) {
		env := []string{
			"LICET_DATABASE_URL=" + storetest.URL(t, dialect), "LICET_DATA_DIR=" + t.TempDir(),
			"LICET_BOOTSTRAP_SECRET_KEY=" + secretKey, "LICET_LOG_LEVEL=error",
		}
		p := start(t, env)
		key := issue(t, p.URL, 100)
		for round := range 3 {
			for i := range 10 {
				status, out, err := post(t.Context(), p.URL+"/api/v1/licenses/activate", map[string]string{"X-Api-Key": secretKey},
					map[string]any{"license_key": key, "domain": fmt.Sprintf("r%d-%d.example", round, i)})
				if err != nil || status != 200 {
					t.Fatalf("%d %v %v", status, out, err)
				}
			}
			p.kill(t)
			p = start(t, env)
			data := graphQL(t, p.URL, secretKey, `query($key: String!) { license(key: $key) { activationsUsed activations(first: 1) { totalCount } } }`, map[string]any{"key": key})
			want := float64((round + 1) * 10)
			l := data["license"].(map[string]any)
			if l["activationsUsed"] != want || l["activations"].(map[string]any)["totalCount"] != want {
				t.Fatalf("after kill %d: %v, expected %v", round+1, l, want)
			}
		}
	})
}

// TestStopFinishesDownloads asks the server to stop while a client is reading
// slowly: the download must end whole, and the process after it.
func TestStopFinishesDownloads(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	env := []string{"LICET_DATA_DIR=" + data, "LICET_BOOTSTRAP_SECRET_KEY=" + secretKey}
	p := start(t, env)
	key := issue(t, p.URL, 1)
	archive := bigPlugin(t, 32<<20)
	must(t, env, "release", "publish", archive)

	resp, err := http.Get(p.URL + "/wp-json/license-server/v1/download/my-cool-plugin/" + key)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	head := make([]byte, 64<<10)
	if _, err := io.ReadFull(resp.Body, head); err != nil {
		t.Fatal(err)
	}
	p.interrupt(t)
	for i := 0; !strings.Contains(p.Log(), "stopping") && i < 500; i++ {
		time.Sleep(10 * time.Millisecond)
	}
	if _, err := http.Get(p.URL + "/healthz"); err == nil {
		t.Error("a stopping server still takes new connections")
	}
	rest, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(append(head, rest...), want) {
		t.Error("the download that was in flight is not whole")
	}
	select {
	case err := <-p.done:
		p.done <- err
		if err != nil {
			t.Errorf("the server did not end well: %v\n%s", err, p.Log())
		}
	case <-time.After(20 * time.Second):
		t.Error("the server did not end")
	}
}
