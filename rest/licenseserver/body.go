package licenseserver

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/request"
	"github.com/licethq/licet/rest/wire"
)

// The words that clients read in "license".
const (
	valid    = "valid"
	invalid  = "invalid" // no such key, or another product's
	expired  = "expired"
	inactive = "inactive" // not in force, or not here
	unknown  = "unknown"  // the answer says nothing about the license
)

// errorBody is WordPress' shape of a refusal, and beside it what clients of
// License Server read.
type errorBody struct {
	Code    string    `json:"code"`
	Message string    `json:"message"`
	Data    errorData `json:"data"`
	Success bool      `json:"success"`
	License string    `json:"license"`
}

// errorData has the names of missing parameters in Params, or the invalid ones
// with what is wrong.
type errorData struct {
	Status    int    `json:"status"`
	Params    any    `json:"params,omitempty"`
	RequestID string `json:"request_id"`
}

// terms are the facts that go with a verdict on a license.
type terms struct {
	ExpiresAt       *string `json:"expires_at"`
	ActivationLimit *int    `json:"activation_limit"`
}

func newTerms(l *licensing.LicenseState) terms {
	return terms{ExpiresAt: date(l.ExpiresAt), ActivationLimit: l.ActivationLimit}
}

type word struct{ code, license string }

// words is how License Server says the faults that a client of its can meet.
var words = map[fault.Code]word{
	fault.ProductMismatch:        {"slug_mismatch", invalid},
	fault.LicenseNotFound:        {"invalid_license", invalid},
	fault.LicenseRevoked:         {"license_inactive", inactive},
	fault.LicenseSuspended:       {"license_inactive", inactive},
	fault.LicenseNotStarted:      {"license_inactive", inactive},
	fault.LicenseExpired:         {"license_expired", expired},
	fault.LicenseNotActivated:    {"license_not_activated", inactive},
	fault.ActivationLimitReached: {"activation_limit_reached", inactive},
	fault.IdentityRequired:       {"identity_required", inactive},
	fault.InputMissing:           {"rest_missing_callback_param", unknown},
	fault.InputInvalid:           {"rest_invalid_param", unknown},
	fault.ProductNotFound:        {"software_not_found", unknown},
	fault.ReleaseNotFound:        {"file_not_found", unknown},
	fault.NotFound:               {"file_not_found", unknown},
	fault.TooLarge:               {"request_too_large", unknown},
	fault.Internal:               {"internal_server_error", unknown},
	fault.Unavailable:            {"service_unavailable", unknown},
}

// spelling is how License Server names the inputs that the domain names
// otherwise.
var spelling = map[string]string{"licenseKey": "license_key", "productSlug": "slug"}

func newErrorBody(ctx context.Context, f *fault.Error) errorBody {
	field, message := wire.Respell(f, spelling)
	switch {
	case f.Code == fault.InputMissing && field != "":
		return newParamBody(ctx, &paramError{missing: []string{field}})
	case f.Code == fault.InputInvalid && field != "":
		return newParamBody(ctx, &paramError{invalid: map[string]string{field: message}})
	}
	said, ok := words[f.Code]
	if !ok {
		said = word{strings.ToLower(string(f.Code)), unknown}
	}
	return errorBody{
		Code: said.code, Message: message, License: said.license,
		Data: errorData{Status: wire.Status(f.Kind()), RequestID: request.From(ctx).ID},
	}
}

// newParamBody is WordPress' own wording and shape.
func newParamBody(ctx context.Context, e *paramError) errorBody {
	b := errorBody{License: unknown, Data: errorData{Status: http.StatusBadRequest, RequestID: request.From(ctx).ID}}
	if len(e.missing) > 0 {
		b.Code, b.Data.Params = words[fault.InputMissing].code, e.missing
		b.Message = "Missing parameter(s): " + strings.Join(e.missing, ", ")
		return b
	}
	b.Code, b.Data.Params = words[fault.InputInvalid].code, e.invalid
	b.Message = "Invalid parameter(s): " + strings.Join(slices.Sorted(maps.Keys(e.invalid)), ", ")
	return b
}

// date spells a moment as License Server does, always in UTC. nil, a life
// without end, is null.
func date(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.UTC().Format(time.DateTime)
	return &s
}
