package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// LicensePolicy is the terms that licenses are issued under. ent reserves the
// name Policy; in GraphQL it is Policy.
type LicensePolicy struct{ ent.Schema }

func (LicensePolicy) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, owned{}} }

func (LicensePolicy) Fields() []ent.Field {
	return []ent.Field{
		field.String("product_id").MaxLen(40).Immutable(),
		field.String("name").MaxLen(200),
		field.Int("activation_limit").Optional().Nillable().Comment("nil: unlimited. Copied to a license when it is issued."),
		field.Int("duration_days").Optional().Nillable().Comment("nil: for life. Counted from the start of a license."),
		field.Enum("identity").Values("DOMAIN", "DEVICE", "EITHER", "BOTH").
			Comment("What an activation is bound to. EITHER: the fingerprint if given, else the domain."),
		field.Enum("key_format").Values("GROUPS", "PREFIXED"),
		field.String("key_prefix").MaxLen(8).Default(""),
	}
}

func (LicensePolicy) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("product", Product.Type).Ref("policies").Field("product_id").Unique().Required().Immutable(),
	}
}

func (LicensePolicy) Indexes() []ent.Index { return []ent.Index{index.Fields("product_id")} }

func (LicensePolicy) Annotations() []schema.Annotation { return connection("policies") }
