package licenseserver

import (
	"net/http"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/rest/wire"
)

// everything is what activate and deactivate need.
var everything = []string{"license_key", "slug", "domain"}

// activate serves POST /activate. The documented order of checks is the domain's:
// parameters, key, slug, status, expiry, limit.
func (s *server) activate(w http.ResponseWriter, r *http.Request) error {
	in, err := readParams(w, r, everything)
	if err != nil {
		return err
	}
	out, err := s.resolvers.Mutation().ActivateLicense(r.Context(), licensing.ActivateLicenseInput{
		LicenseKey: in["license_key"], ProductSlug: in["slug"], Domain: in["domain"],
	})
	if err != nil {
		return s.explain(w, r, in, err)
	}
	wire.Encode(w, http.StatusOK, struct {
		Success   bool    `json:"success"`
		Message   string  `json:"message"`
		License   string  `json:"license"`
		ExpiresAt *string `json:"expires_at"`
	}{true, "License activated successfully.", valid, date(out.License.ExpiresAt)})
	return nil
}

// explain adds the license's terms to its refusal, as /check does. A refused
// activation does not know them, so they are asked for; if that fails, the
// refusal goes without.
func (s *server) explain(w http.ResponseWriter, r *http.Request, in map[string]string, err error) error {
	f := fault.From(err)
	if f.Kind() != fault.KindDenied {
		return err
	}
	out, unread := s.resolvers.Query().ValidateLicense(r.Context(), licensing.ValidateLicenseInput{
		LicenseKey: in["license_key"], ProductSlug: in["slug"],
	})
	if unread != nil {
		return err
	}
	s.refuseLicense(w, r, f, out.License)
	return nil
}
