package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// ApiKey is a key that programs call licet with. The key itself is never
// stored: only its keyed hash.
type ApiKey struct{ ent.Schema }

func (ApiKey) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, moded{}} }

func (ApiKey) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").MaxLen(200),
		field.Enum("kind").Values("PUBLISHABLE", "SECRET").Immutable(),
		field.String("hash").MaxLen(64).Unique().Immutable().Sensitive().Annotations(hidden()),
		field.String("hint").MaxLen(40).Immutable().Comment("How the key begins and ends, to tell keys apart."),
		field.JSON("scopes", []string{}).Immutable(),
		field.Time("expires_at").Optional().Nillable().Immutable(),
		field.Time("revoked_at").Optional().Nillable(),
	}
}

func (ApiKey) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("account", Account.Type).Field("account_id").Unique().Required().Immutable().Annotations(hidden()),
	}
}

func (ApiKey) Annotations() []schema.Annotation { return connection("api_keys") }
