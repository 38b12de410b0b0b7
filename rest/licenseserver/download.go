package licenseserver

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"

	"github.com/licethq/licet/internal/catalog"
	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/request"
	"github.com/licethq/licet/rest/wire"
)

// download serves GET /download/{slug}/{license_key}: the newest release's zip,
// after the license was judged in full.
//
// The writer goes to http.ServeContent as it came. Behind a wrapper the file
// would be copied through this process instead of sent by the kernel.
func (s *server) download(w http.ResponseWriter, r *http.Request) error {
	d, err := s.resolvers.Query().Download(r.Context(), catalog.UpdateCheckInput{
		ProductSlug: r.PathValue("slug"), LicenseKey: r.PathValue("license_key"),
	})
	if err != nil {
		return err
	}
	s.logHost(r, r.PathValue("slug"))
	file, err := s.files.Open(r.Context(), d.FileID)
	if fault.Is(err, fault.NotFound) {
		// The caller did nothing wrong: the release is there, its file is not.
		s.log.ErrorContext(r.Context(), "a release's file is missing", "file", d.FileID)
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()

	md5, err := hex.DecodeString(d.Md5)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	// WordPress honors the name only if the value begins exactly like this.
	h.Set("Content-Disposition", `attachment; filename="`+d.Filename+`"`)
	h.Set("ETag", `"`+d.Sha256+`"`)
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")

	rehearsal := &rehearsal{header: h.Clone()}
	http.ServeContent(rehearsal, headOf(r), "", d.PublishedAt, file)
	switch status := rehearsal.status; {
	case status >= 400:
		s.refuseRange(w, r, status, rehearsal.header.Get("Content-Range"))
		return nil
	case status == http.StatusOK:
		// WordPress compares it with what it received, so a part has none.
		h.Set("Content-MD5", base64.StdEncoding.EncodeToString(md5))
	}
	http.ServeContent(w, r, "", d.PublishedAt, file)
	return nil
}

// rehearsal is a client that only notes how it is answered. ServeContent alone
// knows what ranges and conditions come to, and would answer 416 and 412 in its
// own way.
type rehearsal struct {
	header http.Header
	status int
}

func (a *rehearsal) Header() http.Header { return a.header }

func (a *rehearsal) Write(p []byte) (int, error) { return len(p), nil }

func (a *rehearsal) WriteHeader(status int) { a.status = status }

// headOf returns the request without the wish for a body, so that its rehearsal
// reads nothing. Ranges and conditions count for HEAD as they do for GET.
func headOf(r *http.Request) *http.Request {
	head := *r
	head.Method = http.MethodHead
	return &head
}

// refuseRange answers a range that lies outside of the file, or a condition that
// does not hold.
func (s *server) refuseRange(w http.ResponseWriter, r *http.Request, status int, contentRange string) {
	h := w.Header()
	h.Del("Content-Disposition")
	h.Del("ETag")
	body := errorBody{Code: "precondition_failed", Message: "The file is not the one that the request names."}
	if status == http.StatusRequestedRangeNotSatisfiable {
		body.Code, body.Message = "range_not_satisfiable", "The file does not have the bytes asked for."
		if contentRange != "" {
			h.Set("Content-Range", contentRange)
		}
	}
	body.License = unknown
	body.Data = errorData{Status: status, RequestID: request.From(r.Context()).ID}
	wire.Encode(w, status, body)
}
