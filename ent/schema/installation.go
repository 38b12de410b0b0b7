package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Installation is the one row that ties a database to its master key, so that
// a server with another key refuses to start instead of finding no license.
type Installation struct{ ent.Schema }

func (Installation) Mixin() []ent.Mixin { return []ent.Mixin{identified{}} }

func (Installation) Fields() []ent.Field {
	return []ent.Field{
		field.String("master_key_check").MaxLen(64).Immutable().Sensitive(),
	}
}

func (Installation) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("installation"), entgql.Skip(entgql.SkipAll)}
}
