package app

import (
	_ "embed"
	"net/http"
)

//go:embed landing.html
var landingPage []byte

// landing says what runs here.
func landing(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(landingPage)
}
