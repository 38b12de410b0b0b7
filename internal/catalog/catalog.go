// Package catalog holds what is sold: products, their releases, and the zips
// behind them.
package catalog

import (
	"github.com/licethq/licet/internal/licensing"
	"github.com/licethq/licet/internal/store"
)

// Service manages products and releases, and offers updates.
type Service struct {
	store     *store.Store
	licensing *licensing.Service
	files     *Files
}

// NewService returns the catalog service.
func NewService(s *store.Store, l *licensing.Service, f *Files) *Service {
	return &Service{store: s, licensing: l, files: f}
}
