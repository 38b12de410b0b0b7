package licenseserver

import (
	"errors"
	"net/http"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/rest/wire"
)

// check serves /check, which is licensing.ValidateLicense: three SQL statements,
// four with a domain.
//
// When the trouble is ours the connection is closed without an answer: the
// published client takes any answer that is not "valid" for the end of the
// license and shuts the site's plugin off, but a dropped connection for a bad
// line, and leaves things as they are. Behind a proxy that turns it into a 502
// nothing is gained; a setting makes /check answer.
func (s *server) check(w http.ResponseWriter, r *http.Request) error {
	err := wire.Try(func() error { return s.judge(w, r) })
	if err == nil {
		return nil
	}
	f := told(err)
	if p := (*paramError)(nil); errors.As(err, &p) || !wire.Ours(f) || s.answers {
		return err
	}
	wire.Log(r.Context(), s.log, f)
	panic(http.ErrAbortHandler)
}

func (s *server) judge(w http.ResponseWriter, r *http.Request) error {
	in, err := readParams(w, r, []string{"license_key", "slug"}, "domain")
	if err != nil {
		return err
	}
	out, err := s.resolvers.Query().ValidateLicense(r.Context(), licensing.ValidateLicenseInput{
		LicenseKey: in["license_key"], ProductSlug: in["slug"], Domain: in["domain"],
	})
	if err != nil {
		return err
	}
	if !out.Valid {
		s.refuseLicense(w, r, fault.From(out.Code.Fault()), out.License)
		return nil
	}
	wire.Encode(w, http.StatusOK, struct {
		Success bool   `json:"success"`
		License string `json:"license"`
		terms
	}{true, valid, newTerms(out.License)})
	return nil
}

// refuseLicense answers with what is wrong with a license. Whoever holds its key
// also learns its terms, to show when it expired or how many sites it had.
func (s *server) refuseLicense(w http.ResponseWriter, r *http.Request, f *fault.Error, l *licensing.LicenseState) {
	if l == nil {
		s.refuse(w, r, f)
		return
	}
	wire.Refuse(w, f, struct {
		errorBody
		terms
	}{newErrorBody(r.Context(), f), newTerms(l)})
}
