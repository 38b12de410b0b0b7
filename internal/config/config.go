// Package config is the one place where licet's settings are named, read and
// checked.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/licethq/licet/internal/secret"
)

// Config is every setting. The flags of the command line override it.
type Config struct {
	Addr               string   `env:"LICET_ADDR" envDefault:"127.0.0.1:8080"`
	PublicURL          string   `env:"LICET_PUBLIC_URL"`
	DataDir            string   `env:"LICET_DATA_DIR" envDefault:"./data"`
	DatabaseURL        string   `env:"LICET_DATABASE_URL"`
	MasterKey          string   `env:"LICET_MASTER_KEY"`
	BootstrapSecretKey string   `env:"LICET_BOOTSTRAP_SECRET_KEY"`
	TrustedProxies     []string `env:"LICET_TRUSTED_PROXIES"`
	RateLimits         string   `env:"LICET_RATE_LIMITS" envDefault:"on"`
	CheckOutage        string   `env:"LICET_CHECK_OUTAGE" envDefault:"drop"`
	CORSOrigins        []string `env:"LICET_CORS_ORIGINS" envDefault:"*"`
	LogLevel           string   `env:"LICET_LOG_LEVEL" envDefault:"info"`
}

var secretKeyShape = regexp.MustCompile(`^sk_live_[0-9A-Za-z_-]{16,120}$`)

// FromEnvironment reads the settings from the environment.
func FromEnvironment() (Config, error) {
	c, err := env.ParseAs[Config]()
	if err != nil {
		return Config{}, fmt.Errorf("reading the environment: %w", err)
	}
	return c, nil
}

// Complete fills in what follows from other settings and checks everything. The
// error names every setting that is wrong, and what to do.
func (c *Config) Complete() error {
	var wrong []error
	add := func(name, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
	}
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		add("LICET_ADDR", "%q is not HOST:PORT, such as 127.0.0.1:8080", c.Addr)
	}
	if c.DataDir == "" {
		add("LICET_DATA_DIR", "must not be empty")
	}
	if c.PublicURL == "" && err == nil {
		if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		c.PublicURL = "http://" + net.JoinHostPort(host, port)
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if u, err := url.Parse(c.PublicURL); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		add("LICET_PUBLIC_URL", "%q is not an address that clients can call, such as https://licenses.example.com", c.PublicURL)
	}
	if c.DatabaseURL == "" {
		c.DatabaseURL = "sqlite:" + filepath.Join(c.DataDir, "licet.db")
	}
	if scheme, _, _ := strings.Cut(c.DatabaseURL, ":"); scheme != "sqlite" && scheme != "postgres" && scheme != "postgresql" {
		add("LICET_DATABASE_URL", "must begin with postgres:// or sqlite:")
	}
	if c.MasterKey != "" {
		if _, err := secret.ParseMasterKey(c.MasterKey); err != nil {
			add("LICET_MASTER_KEY", "%v", err)
		}
	}
	if c.BootstrapSecretKey != "" && !secretKeyShape.MatchString(c.BootstrapSecretKey) {
		add("LICET_BOOTSTRAP_SECRET_KEY", "must be 'sk_live_' and 16 to 120 letters, digits, '-' and '_'; make one with: echo sk_live_$(openssl rand -hex 20)")
	}
	if _, err := c.Proxies(); err != nil {
		add("LICET_TRUSTED_PROXIES", "%v", err)
	}
	if c.RateLimits != "on" && c.RateLimits != "off" {
		add("LICET_RATE_LIMITS", "%q is neither on nor off", c.RateLimits)
	}
	if c.CheckOutage != "drop" && c.CheckOutage != "answer" {
		add("LICET_CHECK_OUTAGE", "%q is neither drop nor answer", c.CheckOutage)
	}
	for _, origin := range c.CORSOrigins {
		if u, err := url.Parse(origin); origin != "*" && (err != nil || u.Scheme == "" || u.Host == "" || u.Path != "") {
			add("LICET_CORS_ORIGINS", "%q is neither * nor an origin such as https://dashboard.example.com", origin)
		}
	}
	switch c.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		add("LICET_LOG_LEVEL", "%q is none of debug, info, warn, error", c.LogLevel)
	}
	return errors.Join(wrong...)
}

// Proxies returns the networks whose forwarding headers are believed.
func (c *Config) Proxies() ([]netip.Prefix, error) {
	var proxies []netip.Prefix
	for _, text := range c.TrustedProxies {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			addr, addrErr := netip.ParseAddr(text)
			if addrErr != nil {
				return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", text)
			}
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		proxies = append(proxies, p.Masked())
	}
	return proxies, nil
}
