package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// License lets a customer use a product under the terms it was issued with.
type License struct{ ent.Schema }

func (License) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, moded{}} }

func (License) Fields() []ent.Field {
	return []ent.Field{
		field.String("product_id").MaxLen(40).Immutable(),
		field.String("policy_id").MaxLen(40).Immutable(),
		field.String("customer_id").MaxLen(40).Optional().Nillable().Immutable(),
		field.String("key_hash").MaxLen(64).Unique().Sensitive().Annotations(hidden()).
			Comment("Keyed hash of the folded key: how a license is found."),
		field.Bytes("key_cipher").Sensitive().Annotations(hidden()).Comment("The key, encrypted with the master key."),
		field.String("key_hint").MaxLen(16).Comment("The last characters of the key."),
		field.Enum("status").Values("ACTIVE", "SUSPENDED", "REVOKED").
			Comment("What the seller decided. Expiry is computed when read and is not a status."),
		field.Int("activation_limit").Optional().Nillable().Comment("nil: unlimited."),
		field.Int("activations_used").Default(0).
			Comment("Claimed by a conditional update, so that no race exceeds the limit."),
		field.Time("starts_at"),
		field.Time("expires_at").Optional().Nillable().Comment("nil: for life."),
		field.Time("expires_order").Comment("expires_at, or the end of time: pages cannot be ordered by a nullable column.").
			Annotations(entgql.OrderField("EXPIRES_AT")),
		field.String("order_reference").MaxLen(200).Default("").Comment("The seller's own order number."),
		field.Time("updated_at").Annotations(entgql.OrderField("UPDATED_AT")),
	}
}

func (License) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("product", Product.Type).Field("product_id").Unique().Required().Immutable(),
		edge.To("policy", LicensePolicy.Type).Field("policy_id").Unique().Required().Immutable(),
		edge.From("customer", Customer.Type).Ref("licenses").Field("customer_id").Unique().Immutable(),
		edge.To("activations", Activation.Type).Annotations(entgql.RelayConnection()),
	}
}

func (License) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("account_id", "test", "product_id", "created_at", "id"),
		index.Fields("account_id", "test", "status", "created_at", "id"),
		index.Fields("account_id", "test", "expires_order", "id"),
		index.Fields("account_id", "test", "order_reference"),
		index.Fields("customer_id"),
	}
}

func (License) Annotations() []schema.Annotation { return connection("licenses") }
