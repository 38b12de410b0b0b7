package graph

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/fault"
)

// uploads takes one file by the GraphQL multipart request specification and
// hands it on as it arrives. gqlgen's own transport copies every file to the
// temporary folder first, reads the other parts without a limit, and panics on
// paths that lead nowhere (tried).
type uploads struct{}

var _ graphql.Transport = uploads{}

// Supports reports whether the request is one; checkBody refused it otherwise.
func (uploads) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// Do runs the operation. Files are for releases only: without that scope
// nothing is read.
func (uploads) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if _, err := auth.Require(r.Context(), auth.ReleasesWrite); err != nil {
		answer(w, r, http.StatusOK, err)
		return
	}
	params, err := readUpload(r)
	if err != nil {
		answer(w, r, http.StatusBadRequest, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	var resp *graphql.Response
	if op, errs := exec.CreateOperationContext(r.Context(), params); errs != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		resp = exec.DispatchError(graphql.WithOperationContext(r.Context(), op), errs)
	} else {
		run, ctx := exec.DispatchOperation(r.Context(), op)
		resp = run(ctx)
	}
	_ = json.NewEncoder(w).Encode(resp) // the client may be gone
}

// readUpload reads the parts before the file and puts the file, unread, where
// the map says. INPUT_INVALID with what to send instead.
func readUpload(r *http.Request) (*graphql.RawParams, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fault.Newf(fault.InputInvalid, "The multipart body has no boundary.")
	}
	params := &graphql.RawParams{Headers: r.Header}
	if err := readPart(parts, "operations", params); err != nil {
		return nil, err
	}
	var paths map[string][]string
	if err := readPart(parts, "map", &paths); err != nil {
		return nil, err
	}
	part, err := parts.NextPart()
	if err != nil {
		return nil, fault.Newf(fault.InputInvalid, "The third part must be the file.")
	}
	if len(paths) != 1 || len(paths[part.FormName()]) != 1 {
		return nil, fault.Newf(fault.InputInvalid, "'map' must name one file and one place for it, such as {\"0\": [\"variables.file\"]}.")
	}
	file := graphql.Upload{File: unseekable{part}, Filename: part.FileName(), ContentType: part.Header.Get("Content-Type")}
	return params, place(params.Variables, paths[part.FormName()][0], file)
}

// readPart decodes a part that must come next.
func readPart(parts *multipart.Reader, name string, into any) error {
	part, err := parts.NextPart()
	if err != nil || part.FormName() != name {
		return fault.Newf(fault.InputInvalid, "The parts must be 'operations', 'map' and the file, in this order; '%s' is missing.", name)
	}
	text, err := io.ReadAll(io.LimitReader(part, maxBody+1))
	if err != nil || len(text) > maxBody || decodeBody(text, into) != nil {
		return fault.Newf(fault.InputInvalid, "The part '%s' must be a JSON object of at most %d KiB.", name, maxBody>>10)
	}
	return nil
}

// place puts the file at a path such as variables.input.file, where null stands
// for it.
func place(variables map[string]any, path string, file graphql.Upload) error {
	keys := strings.Split(path, ".")
	at := map[string]any{"variables": variables}
	for _, key := range keys[:len(keys)-1] {
		next, ok := at[key].(map[string]any)
		if !ok {
			return errNoPlace
		}
		at = next
	}
	last := keys[len(keys)-1]
	if held, ok := at[last]; !ok || held != nil || len(keys) < 2 {
		return errNoPlace
	}
	at[last] = file
	return nil
}

var errNoPlace = fault.Newf(fault.InputInvalid, "'map' must lead to a variable that is null in 'operations'.")

// unseekable is a part as gqlgen's Upload wants it. The domain only reads.
type unseekable struct{ io.Reader }

func (unseekable) Seek(int64, int) (int64, error) {
	return 0, errors.New("an upload can only be read from start to end")
}
