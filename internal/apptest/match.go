package apptest

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"
)

// pattern is what stands for more than itself; <p>HTML</p> does not.
var pattern = regexp.MustCompile(`^<(any|absent|string|time|datetime|contains .+|matches .+)>$`)

// match returns "" if got fits want, and otherwise where and how it does not.
func match(want, got any, present bool) string {
	if text, ok := want.(string); ok && pattern.MatchString(text) {
		return matchPattern(text[1:len(text)-1], got, present)
	}
	if !present {
		return fmt.Sprintf(" is absent, expected %v", want)
	}
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf(" is %v, expected an object", got)
		}
		for k, w := range want {
			v, there := object[k]
			if diff := match(w, v, there); diff != "" {
				return "." + k + diff
			}
		}
		return ""
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return fmt.Sprintf(" is %v, expected a list of %d", got, len(want))
		}
		for i := range want {
			if diff := match(want[i], list[i], true); diff != "" {
				return fmt.Sprintf("[%d]%s", i, diff)
			}
		}
		return ""
	}
	if !reflect.DeepEqual(want, got) {
		return fmt.Sprintf(" is %#v, expected %#v", got, want)
	}
	return ""
}

func matchPattern(pattern string, got any, present bool) string {
	if pattern == "absent" {
		if present {
			return fmt.Sprintf(" is %v, expected nothing", got)
		}
		return ""
	}
	if !present {
		return " is absent, expected <" + pattern + ">"
	}
	text, isText := got.(string)
	verb, argument, _ := strings.Cut(pattern, " ")
	ok := false
	switch verb {
	case "any":
		ok = true
	case "string":
		ok = isText && text != ""
	case "time":
		at, err := time.Parse(time.RFC3339Nano, text)
		ok = err == nil && at.Location() == time.UTC
	case "datetime":
		_, err := time.Parse(time.DateTime, text)
		ok = err == nil
	case "contains":
		ok = isText && strings.Contains(text, argument)
	case "matches":
		ok = isText && regexp.MustCompile(argument).MatchString(text)
	}
	if !ok {
		return fmt.Sprintf(" is %#v, expected <%s>", got, pattern)
	}
	return ""
}
