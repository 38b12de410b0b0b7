package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Release is one version of a product with its zip.
type Release struct{ ent.Schema }

func (Release) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, owned{}} }

func (Release) Fields() []ent.Field {
	return []ent.Field{
		field.String("product_id").MaxLen(40).Immutable(),
		field.String("version").MaxLen(64).Immutable(),
		field.String("version_key").MaxLen(2048).Immutable().
			Comment("Orders as PHP's version_compare does; see internal/phpversion. Hex, which every collation orders alike.").
			Annotations(entgql.OrderField("VERSION")),
		field.Enum("status").Values("DRAFT", "PUBLISHED", "YANKED"),
		field.String("name").MaxLen(200).Immutable().Comment("From the zip's header."),
		field.String("requires").MaxLen(40).Default("").Immutable().Comment("WordPress version."),
		field.String("tested").MaxLen(40).Default("").Immutable().Comment("WordPress version."),
		field.String("requires_php").MaxLen(40).Default("").Immutable(),
		field.JSON("requires_plugins", []string{}).Immutable(),
		field.Text("changelog").Default(""),
		field.String("sha256").MaxLen(64).Immutable().Comment("Hex; also where the file lies in the store."),
		field.String("md5").MaxLen(32).Immutable().Comment("Hex; WordPress verifies downloads with it."),
		field.Int64("size").Immutable().Comment("Bytes."),
		field.Time("published_at").Optional().Nillable(),
		field.Time("yanked_at").Optional().Nillable(),
		field.String("yank_reason").MaxLen(500).Default(""),
	}
}

func (Release) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("product", Product.Type).Ref("releases").Field("product_id").Unique().Required().Immutable(),
	}
}

func (Release) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("product_id", "version_key").Unique(),
		index.Fields("product_id", "status", "version_key"),
	}
}

func (Release) Annotations() []schema.Annotation { return connection("releases") }
