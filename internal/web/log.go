package web

import (
	"context"
	"io"
	"log/slog"

	"github.com/licethq/licet/internal/request"
)

// NewLogger returns a logger that adds the request's id to every line.
func NewLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(withRequestID{slog.NewTextHandler(w, &slog.HandlerOptions{Level: level})})
}

type withRequestID struct{ slog.Handler }

func (h withRequestID) Handle(ctx context.Context, r slog.Record) error {
	if id := request.From(ctx).ID; id != "" {
		r.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h withRequestID) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withRequestID{h.Handler.WithAttrs(attrs)}
}

func (h withRequestID) WithGroup(name string) slog.Handler {
	return withRequestID{h.Handler.WithGroup(name)}
}
