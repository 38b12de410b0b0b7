package catalog

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// headBytes is how much of a file WordPress reads to find its header.
const headBytes = 8 << 10

// dependencySlug is what WordPress takes for a slug in Requires Plugins.
var dependencySlug = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

// headerNames are the fields that a Manifest has room for.
var headerNames = map[string]bool{
	"plugin name": true, "plugin uri": true, "theme name": true, "theme uri": true,
	"version": true, "description": true, "author": true, "author uri": true,
	"requires at least": true, "tested up to": true, "requires php": true, "requires plugins": true,
}

// readHeader returns what the header of a plugin's or theme's file says, as
// WordPress would read it from the file's first bytes; kind is PLUGIN or
// THEME. It returns false if there is no such header: WordPress ignores a file
// that doesn't name the plugin or theme.
func readHeader(head []byte, kind string) (Manifest, bool) {
	fields := headerFields(head)
	prefix := strings.ToLower(kind)
	m := Manifest{
		Type:            kind,
		Name:            fields[prefix+" name"],
		Version:         fields["version"],
		Requires:        fields["requires at least"],
		Tested:          fields["tested up to"],
		RequiresPHP:     fields["requires php"],
		Author:          fields["author"],
		AuthorURI:       fields["author uri"],
		URI:             fields[prefix+" uri"],
		Description:     fields["description"],
		RequiresPlugins: dependencies(fields["requires plugins"]),
	}
	return m, m.Name != ""
}

// headerFields returns the header fields in the first headBytes of head by
// their lower-case names. A field's first line counts, even if it is empty.
//
// WordPress' get_file_data looks for each field with the pattern
//
//	/^(?:[ \t]*<\?php)?[ \t\/*#@]*FIELD:(.*)$/mi
//
// This takes what stands before the first colon of each line instead: the
// same, but quick even for a thousand files that are made to be slow.
func headerFields(head []byte) map[string]string {
	head = bytes.ReplaceAll(head[:min(len(head), headBytes)], []byte("\r"), []byte("\n"))
	fields := map[string]string{}
	for line := range bytes.SplitSeq(head, []byte("\n")) {
		before, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		field := strings.ToLower(strings.TrimLeft(string(before), " \t"))
		field = strings.TrimLeft(strings.TrimPrefix(field, "<?php"), " \t/*#@")
		if _, seen := fields[field]; !seen && headerNames[field] {
			fields[field] = headerValue(value)
		}
	}
	return fields
}

// headerValue returns what follows a field's colon, without the end of the
// comment around it and without what a database or a terminal would choke on.
func headerValue(line []byte) string {
	line, _, _ = bytes.Cut(line, []byte("*/"))
	line, _, _ = bytes.Cut(line, []byte("?>"))
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return -1
		}
		return r // invalid UTF-8 comes as U+FFFD
	}, string(line)))
}

// dependencies returns the slugs of a comma-separated list, sorted and without
// repetition. Like WordPress it drops what cannot be a slug.
func dependencies(list string) []string {
	var slugs []string
	for slug := range strings.SplitSeq(list, ",") {
		if slug = strings.TrimSpace(slug); dependencySlug.MatchString(slug) {
			slugs = append(slugs, slug)
		}
	}
	slices.Sort(slugs)
	return slices.Compact(slugs)
}
