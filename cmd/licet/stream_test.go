package main_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestZipsAreNeverWholeInMemory uploads and downloads a zip that is several
// times larger than what the server may grow by.
func TestZipsAreNeverWholeInMemory(t *testing.T) {
	const size, mayGrow = 128 << 20, 32 << 20
	data := t.TempDir()
	p := start(t, []string{"LICET_DATA_DIR=" + data, "LICET_BOOTSTRAP_SECRET_KEY=" + secretKey, "LICET_LOG_LEVEL=error"})
	key := issue(t, p.URL, 1)
	archive := bigPlugin(t, size)
	before := p.peakMemory(t)

	body := upload(t, p.URL, archive)
	if !strings.Contains(body, `"version":"9.9.9"`) {
		t.Fatal(body)
	}
	resp, err := http.Get(p.URL + "/wp-json/license-server/v1/download/my-cool-plugin/" + key)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	got, want := sha256.New(), sha256.New()
	if _, err := io.Copy(got, resp.Body); err != nil {
		t.Fatal(err)
	}
	original, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = original.Close() }()
	if _, err := io.Copy(want, original); err != nil {
		t.Fatal(err)
	}
	if string(got.Sum(nil)) != string(want.Sum(nil)) {
		t.Error("the download is not what was uploaded")
	}
	if grown := p.peakMemory(t) - before; grown > mayGrow {
		t.Errorf("the server grew by %d MiB for a zip of %d MiB", grown>>20, size>>20)
	}
}

// TestCutUploadLeavesNothing ends the connection in the middle of a file.
func TestCutUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, []string{"LICET_DATA_DIR=" + data, "LICET_BOOTSTRAP_SECRET_KEY=" + secretKey, "LICET_LOG_LEVEL=error"})
	issue(t, p.URL, 1)
	archive := bigPlugin(t, 8<<20)
	r := uploadRequest(t, p.URL, archive)
	r.Body = io.NopCloser(io.LimitReader(r.Body, 4<<20))
	if resp, err := http.DefaultClient.Do(r); err == nil {
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			t.Errorf("half an upload is answered with %d", resp.StatusCode)
		}
	}
	out := graphQL(t, p.URL, secretKey, "{ releases(first: 1) { totalCount } }", nil)
	if n := out["releases"].(map[string]any)["totalCount"]; n != float64(0) {
		t.Errorf("%v releases after half an upload", n)
	}
	// The server may learn of the cut a moment later.
	left := []string{"unknown"}
	for i := 0; len(left) > 0 && i < 500; i++ {
		time.Sleep(10 * time.Millisecond)
		left, _ = filepath.Glob(filepath.Join(data, "files", "*", "*"))
	}
	if len(left) > 0 {
		t.Errorf("half an upload leaves %v", left)
	}
	if body := upload(t, p.URL, archive); !strings.Contains(body, `"version":"9.9.9"`) {
		t.Errorf("the same file whole: %s", body)
	}
}

// peakMemory is the most that the process ever had in memory, in bytes.
func (p *process) peakMemory(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Skip("memory is read from /proc, which is not here")
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n << 10
}

func upload(t *testing.T, url, path string) string {
	t.Helper()
	resp, err := http.DefaultClient.Do(uploadRequest(t, url, path))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// uploadRequest streams a file into publishRelease, with a Content-Length.
func uploadRequest(t *testing.T, url, path string) *http.Request {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	var frame strings.Builder
	form := multipart.NewWriter(&frame)
	_ = form.WriteField("operations", `{"query":"mutation($file: Upload!) { publishRelease(input: {file: $file}) { release { version } } }","variables":{"file":null}}`)
	_ = form.WriteField("map", `{"0":["variables.file"]}`)
	if _, err := form.CreateFormFile("0", "plugin.zip"); err != nil {
		t.Fatal(err)
	}
	head := frame.String()
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	tail := strings.TrimPrefix(frame.String(), head)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql", io.MultiReader(strings.NewReader(head), file, strings.NewReader(tail)))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = int64(len(head)) + info.Size() + int64(len(tail))
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("GraphQL-Require-Preflight", "1")
	r.Header.Set("Authorization", "Bearer "+secretKey)
	return r
}
