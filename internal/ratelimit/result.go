package ratelimit

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Result is what became of one request. Limit is 0 when none applies.
type Result struct {
	Allowed   bool
	Limit     int           // requests in a window
	Remaining int           // how many more pass in this one
	Reset     time.Duration // until the window ends
	ResetAt   time.Time     // when it ends
}

// SetHeaders tells a client where it stands, in both spellings in use: the
// IETF's structured fields (draft-ietf-httpapi-ratelimit-headers) and
// X-RateLimit-…, whose Reset is Unix time in seconds. Without a limit there is
// nothing to tell.
func (r Result) SetHeaders(h http.Header) {
	if r.Limit == 0 {
		return
	}
	// Rounded up: a client that waits so long finds the window over.
	seconds := int((r.Reset + time.Second - 1) / time.Second)
	h.Set("RateLimit-Policy", fmt.Sprintf(`"default";q=%d;w=%d`, r.Limit, int(Window/time.Second)))
	h.Set("RateLimit", fmt.Sprintf(`"default";r=%d;t=%d`, r.Remaining, seconds))
	h.Set("X-RateLimit-Limit", strconv.Itoa(r.Limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(r.Remaining))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(r.ResetAt.Add(time.Second-1).Unix(), 10))
}
