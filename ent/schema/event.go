package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Event says that something changed. It is written in the transaction of the
// change and never altered.
type Event struct{ ent.Schema }

func (Event) Mixin() []ent.Mixin { return []ent.Mixin{identified{}, moded{}} }

func (Event) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("type").Immutable().Values(
			"ACCOUNT_CREATED", "API_KEY_CREATED", "API_KEY_REVOKED",
			"PRODUCT_CREATED", "PRODUCT_UPDATED", "POLICY_CREATED", "CUSTOMER_CREATED",
			"LICENSE_CREATED", "LICENSE_SUSPENDED", "LICENSE_REINSTATED", "LICENSE_REVOKED", "LICENSE_KEY_REVEALED",
			"LICENSE_ACTIVATED", "LICENSE_DEACTIVATED", "ACTIVATION_CREATED", "ACTIVATION_REMOVED",
			"RELEASE_CREATED", "RELEASE_PUBLISHED", "RELEASE_YANKED",
			"SITE_REGISTERED", "SITE_UPDATED", "SITE_ACTION_CREATED", "SITE_ACTION_ACKNOWLEDGED", "SITE_ACTION_CANCELED",
		),
		field.String("subject_id").MaxLen(40).Immutable().Comment("The id of what changed."),
		field.String("license_id").MaxLen(40).Default("").Immutable().Comment("The license concerned, if there is one.").Annotations(hidden()),
		field.String("actor").MaxLen(40).Immutable().Comment("An API key's id, PUBLIC, OPERATOR or SYSTEM."),
		field.String("address").MaxLen(64).Default("").Immutable(),
		field.Text("data").Immutable().Comment("A JSON object with the facts of the change."),
	}
}

func (Event) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("account_id", "test", "type", "created_at", "id"),
		index.Fields("license_id", "created_at"),
		index.Fields("subject_id", "created_at"),
	}
}

func (Event) Annotations() []schema.Annotation { return connection("events") }
