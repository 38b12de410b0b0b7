package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/licethq/licet/internal/fault"
	"github.com/licethq/licet/internal/request"
)

// present turns any error into what a caller may see: the message and code of a
// fault, what GraphQL itself says about the document, and nothing of the rest.
func present(ctx context.Context, err error) *gqlerror.Error {
	shown := graphql.DefaultErrorPresenter(ctx, err)
	f := faultOf(err)
	if f.Kind() == fault.KindInternal || f.Kind() == fault.KindUnavailable {
		slog.ErrorContext(ctx, "graphql request failed", "path", shown.Path.String(), "error", err)
	}
	shown.Message = f.Message
	shown.Extensions = extensions(ctx, f)
	return shown
}

func extensions(ctx context.Context, f *fault.Error) map[string]any {
	ext := map[string]any{"code": f.Code}
	if f.Field != "" {
		ext["field"] = f.Field
	}
	if f.RetryAfter > 0 {
		ext["retryAfter"] = f.RetrySeconds()
	}
	if id := request.From(ctx).ID; id != "" {
		ext["requestId"] = id
	}
	return ext
}

// markDefects turns what a resolver returns and no caller may see into INTERNAL.
// After it every error that is no fault is gqlgen's own, about the request: an
// argument that cannot be decoded, for instance.
func markDefects(ctx context.Context, next graphql.Resolver) (any, error) {
	v, err := next(ctx)
	if err != nil {
		return v, fault.From(err)
	}
	return v, nil
}

func faultOf(err error) *fault.Error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	var g *gqlerror.Error
	if !errors.As(err, &g) {
		return fault.From(err)
	}
	switch code, _ := g.Extensions["code"].(string); fault.Code(code) {
	case fault.QueryParseFailed, fault.QueryValidationFailed:
		return fault.Newf(fault.Code(code), "%s", g.Message)
	}
	return fault.Newf(fault.InputInvalid, "%s", g.Message)
}

func recovered(ctx context.Context, p any) error {
	slog.ErrorContext(ctx, "graphql resolver panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	return fault.New(fault.Internal)
}
