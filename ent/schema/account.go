package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Account is a seller: the owner of everything else.
type Account struct{ ent.Schema }

func (Account) Mixin() []ent.Mixin { return []ent.Mixin{identified{}} }

func (Account) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").MaxLen(200),
		field.Enum("plan").Values("START", "PRO", "ENTERPRISE").
			Comment("Decides how many requests a minute each API key may make."),
	}
}

func (Account) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("accounts"), entgql.Skip(entgql.SkipAll)}
}
