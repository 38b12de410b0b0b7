package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Customer is who licenses are issued to.
type Customer struct{ ent.Schema }

func (Customer) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, moded{}} }

func (Customer) Fields() []ent.Field {
	return []ent.Field{
		field.String("email").MaxLen(254).Annotations(entgql.OrderField("EMAIL")),
		field.String("email_key").MaxLen(254).Comment("The e-mail in lower case: who counts as the same customer.").Annotations(hidden()),
		field.String("name").MaxLen(200).Default(""),
	}
}

func (Customer) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("licenses", License.Type).Annotations(entgql.RelayConnection()),
	}
}

func (Customer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("account_id", "test", "email_key").Unique()}
}

func (Customer) Annotations() []schema.Annotation { return connection("customers") }
