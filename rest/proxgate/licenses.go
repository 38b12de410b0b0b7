package proxgate

import (
	"net/http"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/rest/wire"
)

// activate serves POST /licenses/activate.
func (a *api) activate(w http.ResponseWriter, r *http.Request, f *fields) error {
	in := licensing.ActivateLicenseInput{
		LicenseKey:      f.text("license_key"),
		Domain:          f.text("domain"),
		ReportedAddress: f.text("ip_address"),
		Fingerprint:     f.text("device_fingerprint"),
		DeviceName:      f.text("device_name"),
	}
	if f.err != nil {
		return f.err
	}
	out, err := a.resolvers.Mutation().ActivateLicense(r.Context(), in)
	if err != nil {
		return err
	}
	wire.Encode(w, http.StatusOK, struct {
		Success    bool            `json:"success"`
		Created    bool            `json:"created"`
		License    *licenseBody    `json:"license"`
		Activation *activationBody `json:"activation"`
	}{true, out.Created, newLicenseBody(out.License), newActivationBody(out.Activation)})
	return nil
}

// verdict is what validate finds. An unknown key has one too, beside its error.
type verdict struct {
	Valid      bool            `json:"valid"`
	Code       string          `json:"code"`
	License    *licenseBody    `json:"license"`
	Activation *activationBody `json:"activation"`
}

// validate serves POST /licenses/validate. A bad license is 200: the question
// was answered, and clients that fail open read any other status as an outage.
// Only for an unknown key ProxGate documents 404.
func (a *api) validate(w http.ResponseWriter, r *http.Request, f *fields) error {
	in := licensing.ValidateLicenseInput{
		LicenseKey:  f.text("license_key"),
		Fingerprint: f.text("device_fingerprint"),
		Domain:      f.text("domain"),
	}
	if f.err != nil {
		return f.err
	}
	out, err := a.resolvers.Query().ValidateLicense(r.Context(), in)
	if err != nil {
		return err
	}
	v := verdict{out.Valid, string(out.Code), newLicenseBody(out.License), newActivationBody(out.Activation)}
	if out.Code == licensing.VerdictNotFound {
		refusal := fault.From(out.Code.Fault())
		wire.Refuse(w, refusal, struct {
			errorBody
			verdict
		}{newErrorBody(r.Context(), refusal), v})
		return nil
	}
	wire.Encode(w, http.StatusOK, struct {
		Success bool `json:"success"`
		verdict
		Message string `json:"message"`
	}{true, v, out.Message})
	return nil
}

// deactivate serves POST /licenses/deactivate. With neither device nor domain
// in the body it frees all, as ProxGate documents.
func (a *api) deactivate(w http.ResponseWriter, r *http.Request, f *fields) error {
	in := licensing.DeactivateLicenseInput{LicenseKey: f.text("license_key")}
	var byDevice, byDomain bool
	in.Fingerprint, byDevice = f.chosen("device_fingerprint")
	in.Domain, byDomain = f.chosen("domain")
	in.All = !byDevice && !byDomain
	if f.err != nil {
		return f.err
	}
	out, err := a.resolvers.Mutation().DeactivateLicense(r.Context(), in)
	if err != nil {
		return err
	}
	wire.Encode(w, http.StatusOK, struct {
		Success     bool `json:"success"`
		Deactivated int  `json:"deactivated"`
	}{true, out.Deactivated})
	return nil
}
