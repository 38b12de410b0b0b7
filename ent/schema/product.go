package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// Product is what is sold: a WordPress plugin or theme, or an app. Live and
// test mode share products, their policies and their releases.
type Product struct{ ent.Schema }

func (Product) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, owned{}} }

func (Product) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("type").Values("PLUGIN", "THEME", "APP").Immutable(),
		field.String("slug").MaxLen(100).Unique().Immutable().
			Comment("Unique in the installation: keyless calls find the product by it.").
			Annotations(entgql.OrderField("SLUG")),
		field.String("name").MaxLen(200).Annotations(entgql.OrderField("NAME")),
		field.Text("description").Default(""),
		field.String("homepage").MaxLen(2048).Default(""),
		field.String("author").MaxLen(200).Default(""),
		field.String("author_homepage").MaxLen(2048).Default(""),
		field.String("icon_svg").MaxLen(2048).Default(""),
		field.String("icon_1x").MaxLen(2048).Default(""),
		field.String("icon_2x").MaxLen(2048).Default(""),
		field.String("banner_low").MaxLen(2048).Default(""),
		field.String("banner_high").MaxLen(2048).Default(""),
		field.Time("updated_at"),
	}
}

func (Product) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("policies", LicensePolicy.Type).Annotations(entgql.RelayConnection()),
		edge.To("releases", Release.Type).Annotations(entgql.RelayConnection()),
	}
}

func (Product) Annotations() []schema.Annotation { return connection("products") }
