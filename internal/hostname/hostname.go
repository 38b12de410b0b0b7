// Package hostname brings the hosts and site URLs that clients report into one
// form, so that every spelling of a domain counts as the same domain.
//
// Where the documented APIs are silent on a rule, the WHATWG URL standard
// decides, since it is browsers that reach these sites. Errors are short texts
// fit to be shown to the caller; they never repeat the input.
package hostname

import (
	"errors"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxInput bounds the work done for one value, in bytes.
const maxInput = 2048

// Host is a domain name or IP address.
type Host struct {
	// Name is in lower case with A-labels (xn--…), without port and trailing
	// dot; IPv6 addresses have no brackets. At most 253 bytes of ASCII.
	Name string
	// Key is what hosts are compared by: Name without one leading "www.". The
	// prefix stays where no dot would be left: www.com is a domain of its own.
	Key string
}

// Site is where one WordPress lives.
type Site struct {
	Host
	// Key is Host.Key and the path, as in example.com/blog: sites in different
	// folders of one host are different sites. Scheme and port do not count.
	Key string
	// URL is the address without user info, query, fragment, default port and
	// trailing slash. Like Key it is ASCII and has at most 2048 bytes.
	URL string
}

// Parse returns the host in raw, which may be a bare host or a URL of any
// scheme. IP addresses take netip's form; IPv4 inside IPv6 becomes IPv4. Names
// of one label (localhost) and with underscores are fine.
//
// It refuses input that is empty, over 2048 bytes, not UTF-8 or has white
// space, control characters or backslashes in it, a port that is not a number
// up to 65535, names that UTS #46 refuses or that have over 253 bytes, empty
// labels or labels of over 63 bytes, and names that end in a number without
// being an IPv4 address, for browsers refuse these too. Parse(h.Name) is h.
func Parse(raw string) (Host, error) {
	p, err := split(raw)
	if err != nil {
		return Host{}, err
	}
	return p.host, nil
}

// ParseSite returns the site at raw, a URL with http, https or no scheme, which
// means http. Percent escapes, dots and slashes in the path take one spelling.
// It refuses what [Parse] refuses, other schemes, malformed percent escapes and
// sites whose URL would have over 2048 bytes. ParseSite(s.URL) is s.
func ParseSite(raw string) (Site, error) {
	p, err := split(raw)
	if err != nil {
		return Site{}, err
	}
	if p.scheme == "" {
		p.scheme = "http"
	}
	if p.scheme != "http" && p.scheme != "https" {
		return Site{}, errors.New("a site URL starts with http:// or https://")
	}
	plain, err := url.PathUnescape(p.path)
	if err != nil {
		return Site{}, errors.New("the path has a malformed percent escape")
	}
	folder := url.URL{Path: strings.TrimSuffix(path.Clean("/"+plain), "/")}

	address := p.host.Name
	if strings.Contains(address, ":") {
		address = "[" + address + "]"
	}
	if p.port != "" && p.scheme+p.port != "http80" && p.scheme+p.port != "https443" {
		address += ":" + p.port
	}
	s := Site{
		Host: p.host,
		Key:  p.host.Key + folder.EscapedPath(),
		URL:  p.scheme + "://" + address + folder.EscapedPath(),
	}
	if len(s.URL) > maxInput {
		return Site{}, errTooLong
	}
	return s, nil
}

var (
	errTooLong = errors.New("this is too long, 2048 bytes are allowed")
	errName    = errors.New("this is not a domain name, IP address or URL")
)

var (
	// The profile is lookup's, but for what STD3 forbids and WordPress runs on
	// all the same: my_site.example.com, r3---sn.example.com. Without the bidi
	// rule, which package idna checks before mapping: ℵ would pass as a symbol
	// and then, as the Hebrew letter it has become, be refused.
	profile = idna.New(idna.MapForLookup(), idna.StrictDomainName(false), idna.CheckHyphens(false))

	// Without STD3 UTS #46 lets all other ASCII characters pass, too.
	namePattern   = regexp.MustCompile(`^[0-9a-z_-]{1,63}(\.[0-9a-z_-]{1,63})*$`)
	schemePattern = regexp.MustCompile(`^(?:([A-Za-z][0-9A-Za-z+.-]*):)?//`)
	numberPattern = regexp.MustCompile(`(^|\.)[0-9]+$`)
)

type parts struct {
	scheme string // lower case, "" if not given
	host   Host
	port   string // "" if not given
	path   string // as given, "" or with a leading slash
}

// split takes a host or URL apart. net/url would take the host of
// example.com:8080 for a scheme and refuse IPv6 without brackets.
func split(raw string) (parts, error) {
	s := strings.TrimSpace(raw)
	switch {
	case len(s) > maxInput:
		return parts{}, errTooLong
	case !utf8.ValidString(s):
		return parts{}, errors.New("this is not valid UTF-8")
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return parts{}, errors.New("blanks and control characters are not allowed")
	// Browsers read a backslash as a slash, RFC 3986 as part of the user info:
	// http://a.example\@b.example would be two different hosts.
	case strings.Contains(s, `\`):
		return parts{}, errors.New("backslashes are not allowed")
	}

	var p parts
	if m := schemePattern.FindStringSubmatch(s); m != nil {
		p.scheme, s = strings.ToLower(m[1]), s[len(m[0]):]
	}
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		s = s[:i]
	}
	if i := strings.IndexByte(s, '/'); i >= 0 {
		s, p.path = s[:i], s[i:]
	}

	name, port, err := splitPort(s[strings.LastIndexByte(s, '@')+1:])
	if err != nil {
		return parts{}, err
	}
	p.port = port
	p.host, err = newHost(name)
	return p, err
}

// splitPort tells a host from the port behind it.
func splitPort(s string) (name, port string, err error) {
	if _, err := netip.ParseAddr(s); err == nil {
		return s, "", nil // the colons of a bare IPv6 address are its own
	}
	i := strings.LastIndexByte(s, ':')
	if i <= strings.LastIndexByte(s, ']') {
		return s, "", nil
	}
	n, err := strconv.ParseUint(s[i+1:], 10, 16)
	if err != nil {
		return "", "", errors.New("the port is not a number from 0 to 65535")
	}
	return s[:i], strconv.FormatUint(n, 10), nil
}

func newHost(s string) (Host, error) {
	inner, opened := strings.CutPrefix(s, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	addr, err := netip.ParseAddr(inner)
	if opened != closed || opened && !addr.Is6() || addr.Zone() != "" {
		return Host{}, errName
	}
	if err == nil {
		name := addr.Unmap().String()
		return Host{Name: name, Key: name}, nil
	}

	name, err := profile.ToASCII(s)
	name = strings.TrimSuffix(name, ".")
	if err != nil || len(name) > 253 || !namePattern.MatchString(name) {
		return Host{}, errName
	}
	// Only now are full-width digits an address.
	if _, err := netip.ParseAddr(name); err != nil && numberPattern.MatchString(name) {
		return Host{}, errName
	}
	key := name
	if rest, found := strings.CutPrefix(name, "www."); found && strings.Contains(rest, ".") {
		key = rest
	}
	return Host{Name: name, Key: key}, nil
}
