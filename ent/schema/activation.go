package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Activation is one use of a license on a domain or device. Removed ones stay
// as history.
type Activation struct{ ent.Schema }

func (Activation) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, moded{}} }

func (Activation) Fields() []ent.Field {
	return []ent.Field{
		field.String("license_id").MaxLen(40).Immutable(),
		field.String("identity").MaxLen(600).Immutable().Annotations(hidden()).
			Comment("What the slot is bound to; unique among a license's active rows."),
		field.String("domain").MaxLen(2048).Default("").Immutable().Comment("As the caller gave it."),
		field.String("domain_key").MaxLen(255).Default("").Immutable().Annotations(hidden()),
		field.String("fingerprint").MaxLen(255).Default("").Immutable(),
		field.String("device_name").MaxLen(255).Default(""),
		field.String("reported_address").MaxLen(255).Default("").Comment("What the caller says its address is."),
		field.String("address").MaxLen(64).Default("").Comment("Where the call came from."),
		field.Time("last_seen_at").Comment("The last successful activate call."),
		field.Time("removed_at").Optional().Nillable().Comment("nil while the activation holds a slot."),
	}
}

func (Activation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("license", License.Type).Ref("activations").Field("license_id").Unique().Required().Immutable(),
	}
}

func (Activation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("license_id", "identity").Unique().Annotations(entsql.IndexWhere("removed_at IS NULL")),
		index.Fields("license_id", "domain_key"),
		index.Fields("account_id", "test", "domain_key"),
	}
}

func (Activation) Annotations() []schema.Annotation { return connection("activations") }
