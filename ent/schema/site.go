package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Site is a WordPress site that registered itself and can be managed remotely.
type Site struct{ ent.Schema }

func (Site) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, moded{}} }

func (Site) Fields() []ent.Field {
	return []ent.Field{
		field.String("license_id").MaxLen(40).Optional().Nillable().Comment("nil for a site without a license."),
		field.String("product_id").MaxLen(40).Optional().Nillable().Immutable().
			Comment("The license's product: two plugins on one WordPress are two sites to us.").Annotations(hidden()),
		field.String("url").MaxLen(2048),
		field.String("site_key").MaxLen(2400).Immutable().Annotations(hidden()).Comment("Host and path: what makes it the same site."),
		field.String("name").MaxLen(255).Default(""),
		field.String("admin_email").MaxLen(254).Default(""),
		field.String("wp_version").MaxLen(64).Default(""),
		field.String("php_version").MaxLen(64).Default(""),
		field.String("plugin_version").MaxLen(64).Default(""),
		field.String("token_hash").MaxLen(64).Unique().Sensitive().Annotations(hidden()),
		field.Text("health_data").Optional().Nillable().Comment("A JSON object exactly as the site sent it."),
		field.Time("last_seen_at").Comment("Registration or the last heartbeat.").
			Annotations(entgql.OrderField("LAST_SEEN_AT")),
	}
}

func (Site) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("license", License.Type).Field("license_id").Unique(),
		edge.To("actions", SiteAction.Type).Annotations(entgql.RelayConnection()),
	}
}

func (Site) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("account_id", "test", "site_key", "product_id").Unique().Annotations(entsql.IndexWhere("product_id IS NOT NULL")),
		index.Fields("account_id", "test", "last_seen_at", "id"),
		index.Fields("license_id"),
	}
}

func (Site) Annotations() []schema.Annotation { return connection("sites") }
