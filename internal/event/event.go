// Package event records what changed. Every change writes its event in its own
// transaction; webhooks, the audit log and live views read that one stream.
package event

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/event"
	"github.com/licethq/licet/internal/auth"
	"github.com/licethq/licet/internal/request"
	"github.com/licethq/licet/internal/store"
)

// Data is the facts of a change. It never holds a secret.
type Data map[string]any

// Entry is one change.
type Entry struct {
	Type      event.Type
	AccountID string
	Test      bool
	SubjectID string
	LicenseID string // the license concerned, or empty
	Data      Data
}

// Service reads the event log.
type Service struct{ store *store.Store }

// NewService returns the event service.
func NewService(s *store.Store) *Service { return &Service{store: s} }

// batch keeps one INSERT below the number of parameters that both databases take.
const batch = 500

// Record writes events in the transaction that ctx carries, with the caller and
// its address.
func Record(ctx context.Context, s *store.Store, entries ...Entry) error {
	actor := "SYSTEM"
	if p, ok := auth.From(ctx); ok {
		actor = string(p.Kind)
		if p.KeyID != "" {
			actor = p.KeyID
		}
	}
	address := request.AddressText(ctx)
	now := s.Now()
	client := s.DB(ctx)
	for len(entries) > 0 {
		n := min(batch, len(entries))
		builders := make([]*db.EventCreate, n)
		for i, e := range entries[:n] {
			data, err := encode(e.Data)
			if err != nil {
				return err
			}
			builders[i] = client.Event.Create().
				SetID(s.NewID("evt")).SetCreatedAt(now).SetAccountID(e.AccountID).SetTest(e.Test).
				SetType(e.Type).SetSubjectID(e.SubjectID).SetLicenseID(e.LicenseID).
				SetActor(actor).SetAddress(address).SetData(data)
		}
		if err := client.Event.CreateBulk(builders...).Exec(ctx); err != nil {
			return fmt.Errorf("recording events: %w", err)
		}
		entries = entries[n:]
	}
	return nil
}

// encode writes compact JSON without HTML escaping.
func encode(d Data) (string, error) {
	if d == nil {
		return "{}", nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return "", err
	}
	return string(bytes.TrimRight(b.Bytes(), "\n")), nil
}

// EventFilter narrows a list of events; zero fields do not.
type EventFilter struct {
	Types     []event.Type
	SubjectID string
	LicenseID string
}

// Events returns the caller's events. Needs events:read.
func (s *Service) Events(ctx context.Context, f *EventFilter) (*db.EventQuery, error) {
	p, err := auth.RequireAccount(ctx, auth.EventsRead)
	if err != nil {
		return nil, err
	}
	q := s.store.DB(ctx).Event.Query().Where(event.AccountID(p.AccountID), event.Test(p.Test))
	if f == nil {
		return q, nil
	}
	if len(f.Types) > 0 {
		q.Where(event.TypeIn(f.Types...))
	}
	if f.SubjectID != "" {
		q.Where(event.SubjectID(f.SubjectID))
	}
	if f.LicenseID != "" {
		q.Where(event.LicenseID(f.LicenseID))
	}
	return q, nil
}

// Event returns one of the caller's events, or nil. Needs events:read.
func (s *Service) Event(ctx context.Context, id string) (*db.Event, error) {
	q, err := s.Events(ctx, nil)
	if err != nil {
		return nil, err
	}
	return store.First(q.Where(event.ID(id)).Only(ctx))
}
