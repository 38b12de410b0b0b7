package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// SiteAction is something a site is asked to do. It is handed out once.
type SiteAction struct{ ent.Schema }

func (SiteAction) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, moded{}} }

func (SiteAction) Fields() []ent.Field {
	return []ent.Field{
		field.String("site_id").MaxLen(40).Immutable(),
		field.Enum("type").Immutable().
			Values("REFRESH_LICENSE", "DEACTIVATE_PLUGIN", "UPDATE_PLUGIN", "SHOW_NOTICE", "COLLECT_DIAGNOSTICS", "CUSTOM"),
		field.Text("params").Immutable().Comment("A JSON object."),
		field.Enum("status").Values("PENDING", "ACKNOWLEDGED", "CANCELED").
			Comment("What happened to it. Expiry is computed when read and is not a status."),
		field.Time("expires_at").Immutable(),
		field.Time("acknowledged_at").Optional().Nillable(),
		field.Time("canceled_at").Optional().Nillable(),
	}
}

func (SiteAction) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("site", Site.Type).Ref("actions").Field("site_id").Unique().Required().Immutable(),
	}
}

func (SiteAction) Indexes() []ent.Index {
	return []ent.Index{index.Fields("site_id", "status", "created_at")}
}

func (SiteAction) Annotations() []schema.Annotation { return connection("site_actions") }
