package graph

import (
	"context"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/internal/event"
)

func (r query) Events(ctx context.Context, after *db.Cursor, first *int, before *db.Cursor, last *int, orderBy *db.EventOrder, filter *event.EventFilter) (*db.EventConnection, error) {
	q, err := r.services.Events.Events(ctx, filter)
	if err != nil {
		return nil, err
	}
	return q.Paginate(ctx, after, first, before, last, db.WithEventOrder(orderBy))
}
