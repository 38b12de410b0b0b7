package licenseserver

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/request"
)

// The table of README.md, and the rows that no call of this dialect can meet.
// None is 401: the published client would read it as the end of the license.
func TestErrorCodes(t *testing.T) {
	type row struct {
		status        int
		code, license string
	}
	want := map[fault.Code]row{
		fault.InputMissing:           {400, "rest_missing_callback_param", "unknown"},
		fault.InputInvalid:           {400, "rest_invalid_param", "unknown"},
		fault.IdentityRequired:       {400, "identity_required", "inactive"},
		fault.ProductMismatch:        {400, "slug_mismatch", "invalid"},
		fault.LicenseRevoked:         {403, "license_inactive", "inactive"},
		fault.LicenseSuspended:       {403, "license_inactive", "inactive"},
		fault.LicenseNotStarted:      {403, "license_inactive", "inactive"},
		fault.LicenseExpired:         {403, "license_expired", "expired"},
		fault.LicenseNotActivated:    {403, "license_not_activated", "inactive"},
		fault.ActivationLimitReached: {403, "activation_limit_reached", "inactive"},
		fault.LicenseNotFound:        {404, "invalid_license", "invalid"},
		fault.ProductNotFound:        {404, "software_not_found", "unknown"},
		fault.ReleaseNotFound:        {404, "file_not_found", "unknown"},
		fault.NotFound:               {404, "file_not_found", "unknown"},
		fault.TooLarge:               {413, "request_too_large", "unknown"},
		fault.RateLimited:            {429, "rate_limited", "unknown"},
		fault.Internal:               {500, "internal_server_error", "unknown"},
		fault.Unavailable:            {503, "service_unavailable", "unknown"},

		fault.Unauthenticated:       {500, "internal_server_error", "unknown"},
		fault.Forbidden:             {500, "internal_server_error", "unknown"},
		fault.ArchiveInvalid:        {400, "archive_invalid", "unknown"},
		fault.QueryParseFailed:      {400, "graphql_parse_failed", "unknown"},
		fault.QueryValidationFailed: {400, "graphql_validation_failed", "unknown"},
		fault.SiteTaken:             {403, "site_taken", "unknown"},
		fault.SiteNotFound:          {404, "site_not_found", "unknown"},
		fault.Conflict:              {409, "conflict", "unknown"},
		fault.AlreadyExists:         {409, "already_exists", "unknown"},
	}
	got := map[fault.Code]row{}
	for _, r := range fault.Table {
		status, b := refused(t, fault.New(r.Code))
		if b.Data.Status != status || b.Success {
			t.Errorf("%s: status %d, body %+v", r.Code, status, b)
		}
		got[r.Code] = row{status, b.Code, b.License}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
	if status, b := refused(t, errors.New("boom")); status != 500 || b.Code != "internal_server_error" {
		t.Errorf("a defect: status %d, body %+v", status, b)
	}
}

func TestParameterErrorsAreWordPress(t *testing.T) {
	for _, c := range []struct {
		err           error
		code, message string
		params        any
	}{
		{&paramError{missing: []string{"license_key", "slug"}}, "rest_missing_callback_param", "Missing parameter(s): license_key, slug", []any{"license_key", "slug"}},
		{&paramError{missing: []string{"slug"}, invalid: map[string]string{"domain": "no"}}, "rest_missing_callback_param", "Missing parameter(s): slug", []any{"slug"}},
		{&paramError{invalid: map[string]string{"slug": "no", "domain": "bad"}}, "rest_invalid_param", "Invalid parameter(s): domain, slug", map[string]any{"slug": "no", "domain": "bad"}},
		{fault.Missing("licenseKey"), "rest_missing_callback_param", "Missing parameter(s): license_key", []any{"license_key"}},
		{fault.Invalid("licenseKey", "'licenseKey' is bad."), "rest_invalid_param", "Invalid parameter(s): license_key", map[string]any{"license_key": "'license_key' is bad."}},
		{fault.Newf(fault.InputInvalid, "Bad."), "rest_invalid_param", "Bad.", nil},
	} {
		status, b := refused(t, c.err)
		if status != 400 || b.Code != c.code || b.Message != c.message || b.License != unknown || b.Data.RequestID != "req_1" {
			t.Errorf("%v: status %d, body %+v", c.err, status, b)
		}
		if diff := cmp.Diff(c.params, b.Data.Params); diff != "" {
			t.Errorf("%v: %s", c.err, diff)
		}
	}
}

func refused(t *testing.T, err error) (int, errorBody) {
	t.Helper()
	s := &server{log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/", nil)
	s.refuse(w, r.WithContext(request.With(r.Context(), request.Info{ID: "req_1"})), err)
	var b errorBody
	if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil {
		t.Fatal(err)
	}
	return w.Code, b
}

func TestDate(t *testing.T) {
	moment := time.Date(2026, 1, 1, 1, 59, 59, 999e6, time.FixedZone("", 2*3600))
	if got := date(&moment); *got != "2025-12-31 23:59:59" {
		t.Errorf("the date is %s", *got)
	}
	if date(nil) != nil {
		t.Error("no date is not null")
	}
}
