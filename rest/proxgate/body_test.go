package proxgate

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/request"
	"github.com/licethq/licet/rest/wire"
)

// The table of README.md, and the rows that no call of this dialect can meet.
func TestErrorCodes(t *testing.T) {
	want := map[fault.Code]string{
		fault.InputMissing:           "missing_parameter",
		fault.InputInvalid:           "invalid_parameter",
		fault.IdentityRequired:       "identity_required",
		fault.Unauthenticated:        "unauthorized",
		fault.Forbidden:              "forbidden",
		fault.LicenseRevoked:         "license_revoked",
		fault.LicenseSuspended:       "license_suspended",
		fault.LicenseNotStarted:      "license_not_started",
		fault.LicenseExpired:         "license_expired",
		fault.ActivationLimitReached: "activation_limit_reached",
		fault.SiteTaken:              "site_taken",
		fault.LicenseNotFound:        "license_not_found",
		fault.SiteNotFound:           "site_not_found",
		fault.NotFound:               "not_found",
		fault.TooLarge:               "request_too_large",
		fault.RateLimited:            "rate_limited",
		fault.Internal:               "internal_error",
		fault.Unavailable:            "service_unavailable",

		fault.ProductMismatch:       "product_mismatch",
		fault.ArchiveInvalid:        "archive_invalid",
		fault.QueryParseFailed:      "graphql_parse_failed",
		fault.QueryValidationFailed: "graphql_validation_failed",
		fault.LicenseNotActivated:   "license_not_activated",
		fault.ProductNotFound:       "product_not_found",
		fault.ReleaseNotFound:       "release_not_found",
		fault.Conflict:              "conflict",
		fault.AlreadyExists:         "already_exists",
	}
	got := map[fault.Code]string{}
	for _, row := range fault.Table {
		got[row.Code] = errorCode(row.Code)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestErrorBodySpeaksProxGate(t *testing.T) {
	ctx := request.With(t.Context(), request.Info{ID: "req_1"})
	for _, c := range []struct {
		fault *fault.Error
		want  errorBody
	}{
		{
			fault.Missing("licenseKey"),
			errorBody{Error: "missing_parameter", Message: "'license_key' is required.", Details: details{"license_key"}, RequestID: "req_1"},
		},
		{
			fault.Invalid("fingerprint", "'fingerprint' must be short."),
			errorBody{Error: "invalid_parameter", Message: "'device_fingerprint' must be short.", Details: details{"device_fingerprint"}, RequestID: "req_1"},
		},
		{
			fault.Invalid("domain", "'domain' must be a string."),
			errorBody{Error: "invalid_parameter", Message: "'domain' must be a string.", Details: details{"domain"}, RequestID: "req_1"},
		},
		{
			fault.Newf(fault.InputMissing, "Send a domain."),
			errorBody{Error: "missing_parameter", Message: "Send a domain.", RequestID: "req_1"},
		},
	} {
		if diff := cmp.Diff(c.want, newErrorBody(ctx, c.fault)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestFields(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		value   string
		present bool
		field   string // the one at fault
	}{
		"given":      {`{"domain":" example.com "}`, " example.com ", true, ""},
		"absent":     {`{}`, "", false, ""},
		"null":       {`{"domain":null}`, "", true, "domain"},
		"empty":      {`{"domain":""}`, "", true, "domain"},
		"blank":      {`{"domain":" \t"}`, " \t", true, "domain"},
		"wrong type": {`{"domain":["a"]}`, "", true, "domain"},
	} {
		body, err := wire.Parse([]byte(c.body))
		if err != nil {
			t.Fatal(err)
		}
		f := fields{body: body}
		value, present := f.chosen("domain")
		field := ""
		if f.err != nil {
			field = fault.From(f.err).Field
		}
		if value != c.value || present != c.present || field != c.field {
			t.Errorf("%s: %q, %t, %v", name, value, present, f.err)
		}
	}
}

func TestFieldsKeepTheFirstMistakeAndRawValues(t *testing.T) {
	body, err := wire.Parse([]byte(`{"a":1,"b":2,"data":{"x" : [1, 2.50]},"none":null}`))
	if err != nil {
		t.Fatal(err)
	}
	f := fields{body: body}
	f.text("a")
	f.text("b")
	if fault.From(f.err).Field != "a" {
		t.Errorf("the mistake is %v", f.err)
	}
	if got := f.raw("data"); got != `{"x" : [1, 2.50]}` {
		t.Errorf("data is %s", got)
	}
	if f.raw("none") != "" || f.raw("absent") != "" {
		t.Error("null or absent is not empty")
	}
}

func TestDate(t *testing.T) {
	moment := time.Date(2026, 3, 1, 1, 30, 0, 999e6, time.FixedZone("", 2*3600))
	if got := date(&moment); *got != "2026-02-28T23:30:00Z" {
		t.Errorf("the date is %s", *got)
	}
	if date(nil) != nil {
		t.Error("no date is not null")
	}
}
