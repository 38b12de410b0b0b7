package licenseserver

import (
	"net/http"

	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/rest/wire"
)

// deactivate serves POST /deactivate, which the product itself lacks but clients
// call. A domain that holds no slot is as deactivated as one that held it.
func (s *server) deactivate(w http.ResponseWriter, r *http.Request) error {
	in, err := readParams(w, r, everything)
	if err != nil {
		return err
	}
	out, err := s.resolvers.Mutation().DeactivateLicense(r.Context(), licensing.DeactivateLicenseInput{
		LicenseKey: in["license_key"], ProductSlug: in["slug"], Domain: in["domain"],
	})
	if err != nil {
		return err
	}
	wire.Encode(w, http.StatusOK, struct {
		Success     bool   `json:"success"`
		Message     string `json:"message"`
		License     string `json:"license"`
		Deactivated int    `json:"deactivated"`
	}{true, "License deactivated successfully.", inactive, out.Deactivated})
	return nil
}
