package apptest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func marshal(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// normal turns what YAML made into what JSON would have made.
func normal(t testing.TB, v any) any {
	t.Helper()
	var out any
	if err := json.Unmarshal([]byte(marshal(t, v)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

var placeholder = regexp.MustCompile(`\{\{([^{}]+)\}\}`)

// fill puts names in the place of {{name}}.
func fill(v any, names map[string]string) any {
	switch v := v.(type) {
	case string:
		return placeholder.ReplaceAllStringFunc(v, func(p string) string {
			name := strings.Trim(p, "{}")
			if value, ok := names[name]; ok {
				return value
			}
			if length, ok := strings.CutPrefix(name, "in "); ok {
				now, _ := time.Parse(time.RFC3339Nano, names["now"])
				if d, err := time.ParseDuration(length); err == nil {
					return now.Add(d).Format(time.RFC3339Nano)
				}
			}
			if text, times, ok := strings.Cut(name, "*"); ok {
				if n, err := strconv.Atoi(times); err == nil && n > 0 {
					return strings.Repeat(text, n)
				}
			}
			if text, ok := strings.CutPrefix(name, "in "); ok {
				now, err := time.Parse(time.RFC3339Nano, names["now"])
				d, err2 := time.ParseDuration(text)
				if err == nil && err2 == nil {
					return now.Add(d).Format(time.RFC3339Nano)
				}
			}
			return p
		})
	case map[string]any:
		for k := range v {
			v[k] = fill(v[k], names)
		}
	case []any:
		for i := range v {
			v[i] = fill(v[i], names)
		}
	}
	return v
}

func lookup(v any, path string) (any, bool) {
	for _, step := range strings.Split(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[step]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i := 0
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(at) {
				return nil, false
			}
			v = at[i]
		default:
			return nil, false
		}
	}
	return v, true
}
