// Package schema models licet's data for ent. It holds fields, edges, indexes
// and their meaning, and nothing that acts: rules live in the domain packages,
// which also set every id and timestamp.
package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
)

// identified gives an entity its typed, time-ordered id and its creation time.
type identified struct{ mixin.Schema }

func (identified) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(40).Immutable().
			Comment("Typed and time-ordered, such as lic_01J…"),
		field.Time("created_at").Immutable().
			Annotations(entgql.OrderField("CREATED_AT")),
	}
}

// owned ties an entity to the account that owns it. Every query filters by it.
type owned struct{ mixin.Schema }

func (owned) Fields() []ent.Field {
	return []ent.Field{field.String("account_id").MaxLen(40).Immutable()}
}

func (owned) Indexes() []ent.Index {
	return []ent.Index{index.Fields("account_id", "created_at", "id")}
}

// moded is owned, and separates test data from live data besides.
type moded struct{ mixin.Schema }

func (moded) Fields() []ent.Field {
	return []ent.Field{
		field.String("account_id").MaxLen(40).Immutable(),
		field.Bool("test").Immutable().Comment("Test data is seen by test keys only, live data by live keys only."),
	}
}

func (moded) Indexes() []ent.Index {
	return []ent.Index{index.Fields("account_id", "test", "created_at", "id")}
}

// connection lets an entity be listed as a Relay connection. Order fields stand
// only on columns that are never NULL, 0 or empty: entgql's cursors drop such a
// value, and then rows are lost or pages never end (tried).
func connection(table string) []schema.Annotation {
	return []schema.Annotation{entsql.Table(table), entgql.RelayConnection()}
}

// hidden marks a field that has no place in GraphQL.
func hidden() schema.Annotation { return entgql.Skip(entgql.SkipAll) }
