package proxgate

import (
	"context"
	"strings"
	"time"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/request"
	"github.com/licethq/licet/rest/wire"
)

// fields reads a request's parameters and keeps the first mistake, so that a
// call can read them all and ask once.
type fields struct {
	body wire.Object
	err  error
}

// text reads a string; null and absent are "".
func (f *fields) text(name string) string {
	s, err := f.body.Text(name)
	if f.err == nil {
		f.err = err
	}
	return s
}

// raw reads any JSON value as it was sent; null and absent are "".
func (f *fields) raw(name string) string {
	if !f.body.Has(name) {
		return ""
	}
	return string(f.body[name])
}

// chosen reads a string that narrows what a call does. Where its absence means
// "all", a value that got lost on the way must not: blank and null are errors.
func (f *fields) chosen(name string) (s string, present bool) {
	_, present = f.body[name]
	s = f.text(name)
	if present && strings.TrimSpace(s) == "" && f.err == nil {
		f.err = fault.Invalid(name, "'%s' must not be blank. Leave it out to mean all.", name)
	}
	return s, present
}

// errorBody is what every refusal looks like.
type errorBody struct {
	Success   bool    `json:"success"`
	Error     string  `json:"error"`
	Message   string  `json:"message"`
	Details   details `json:"details"`
	RequestID string  `json:"request_id"`
}

type details struct {
	Field string `json:"field,omitempty"`
}

func newErrorBody(ctx context.Context, f *fault.Error) errorBody {
	field, message := wire.Respell(f, spelling)
	return errorBody{
		Error:     errorCode(f.Code),
		Message:   message,
		Details:   details{Field: field},
		RequestID: request.From(ctx).ID,
	}
}

// spelling is how ProxGate names the inputs that the domain names otherwise.
var spelling = map[string]string{
	"licenseKey":      "license_key",
	"fingerprint":     "device_fingerprint",
	"deviceName":      "device_name",
	"reportedAddress": "ip_address",
	"siteUrl":         "site_url",
	"siteName":        "site_name",
	"adminEmail":      "admin_email",
	"wpVersion":       "wp_version",
	"phpVersion":      "php_version",
	"pluginVersion":   "plugin_version",
	"siteToken":       "site_token",
	"healthData":      "health_data",
}

// errorCodes are those that are not the fault's own code in lower case.
var errorCodes = map[fault.Code]string{
	fault.InputMissing:    "missing_parameter",
	fault.InputInvalid:    "invalid_parameter",
	fault.Unauthenticated: "unauthorized",
	fault.TooLarge:        "request_too_large",
	fault.Internal:        "internal_error",
	fault.Unavailable:     "service_unavailable",
}

func errorCode(c fault.Code) string {
	if s, ok := errorCodes[c]; ok {
		return s
	}
	return strings.ToLower(string(c))
}

type licenseBody struct {
	ID              string  `json:"id"`
	Product         string  `json:"product"`
	Status          string  `json:"status"`
	ActivationLimit *int    `json:"activation_limit"`
	ActivationsUsed int     `json:"activations_used"`
	ExpiresAt       *string `json:"expires_at"`
}

func newLicenseBody(l *licensing.LicenseState) *licenseBody {
	if l == nil {
		return nil
	}
	return &licenseBody{
		ID: l.ID, Product: l.ProductSlug, Status: strings.ToLower(string(l.Standing)),
		ActivationLimit: l.ActivationLimit, ActivationsUsed: l.ActivationsUsed, ExpiresAt: date(l.ExpiresAt),
	}
}

type activationBody struct {
	ID          string  `json:"id"`
	Domain      *string `json:"domain"`
	Fingerprint *string `json:"device_fingerprint"`
	DeviceName  *string `json:"device_name"`
	CreatedAt   *string `json:"created_at"`
}

func newActivationBody(a *licensing.ActivationReceipt) *activationBody {
	if a == nil {
		return nil
	}
	return &activationBody{
		ID: a.ID, Domain: orNull(a.Domain), Fingerprint: orNull(a.Fingerprint), DeviceName: orNull(a.DeviceName),
		CreatedAt: date(&a.CreatedAt),
	}
}

// date spells a moment in RFC 3339, UTC, in whole seconds: more than those, the
// date parsers of many clients refuse. nil, a life without end, is null.
func date(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.UTC().Format(time.RFC3339)
	return &s
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
