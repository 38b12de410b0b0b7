-- +goose Up
-- create "accounts" table
CREATE TABLE `accounts` (`id` text NOT NULL, `created_at` datetime NOT NULL, `name` text NOT NULL, `plan` text NOT NULL, PRIMARY KEY (`id`));
-- create "activations" table
CREATE TABLE `activations` (`id` text NOT NULL, `created_at` datetime NOT NULL, `account_id` text NOT NULL, `test` bool NOT NULL, `identity` text NOT NULL, `domain` text NOT NULL DEFAULT (''), `domain_key` text NOT NULL DEFAULT (''), `fingerprint` text NOT NULL DEFAULT (''), `device_name` text NOT NULL DEFAULT (''), `reported_address` text NOT NULL DEFAULT (''), `address` text NOT NULL DEFAULT (''), `last_seen_at` datetime NOT NULL, `removed_at` datetime NULL, `license_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `activations_licenses_activations` FOREIGN KEY (`license_id`) REFERENCES `licenses` (`id`) ON DELETE NO ACTION);
-- create index "activation_account_id_test_created_at_id" to table: "activations"
CREATE INDEX `activation_account_id_test_created_at_id` ON `activations` (`account_id`, `test`, `created_at`, `id`);
-- create index "activation_license_id_identity" to table: "activations"
CREATE UNIQUE INDEX `activation_license_id_identity` ON `activations` (`license_id`, `identity`) WHERE removed_at IS NULL;
-- create index "activation_license_id_domain_key" to table: "activations"
CREATE INDEX `activation_license_id_domain_key` ON `activations` (`license_id`, `domain_key`);
-- create index "activation_account_id_test_domain_key" to table: "activations"
CREATE INDEX `activation_account_id_test_domain_key` ON `activations` (`account_id`, `test`, `domain_key`);
-- create "api_keys" table
CREATE TABLE `api_keys` (`id` text NOT NULL, `created_at` datetime NOT NULL, `test` bool NOT NULL, `name` text NOT NULL, `kind` text NOT NULL, `hash` text NOT NULL, `hint` text NOT NULL, `scopes` json NOT NULL, `expires_at` datetime NULL, `revoked_at` datetime NULL, `account_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `api_keys_accounts_account` FOREIGN KEY (`account_id`) REFERENCES `accounts` (`id`) ON DELETE NO ACTION);
-- create index "api_keys_hash_key" to table: "api_keys"
CREATE UNIQUE INDEX `api_keys_hash_key` ON `api_keys` (`hash`);
-- create index "apikey_account_id_test_created_at_id" to table: "api_keys"
CREATE INDEX `apikey_account_id_test_created_at_id` ON `api_keys` (`account_id`, `test`, `created_at`, `id`);
-- create "customers" table
CREATE TABLE `customers` (`id` text NOT NULL, `created_at` datetime NOT NULL, `account_id` text NOT NULL, `test` bool NOT NULL, `email` text NOT NULL, `email_key` text NOT NULL, `name` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- create index "customer_account_id_test_created_at_id" to table: "customers"
CREATE INDEX `customer_account_id_test_created_at_id` ON `customers` (`account_id`, `test`, `created_at`, `id`);
-- create index "customer_account_id_test_email_key" to table: "customers"
CREATE UNIQUE INDEX `customer_account_id_test_email_key` ON `customers` (`account_id`, `test`, `email_key`);
-- create "events" table
CREATE TABLE `events` (`id` text NOT NULL, `created_at` datetime NOT NULL, `account_id` text NOT NULL, `test` bool NOT NULL, `type` text NOT NULL, `subject_id` text NOT NULL, `license_id` text NOT NULL DEFAULT (''), `actor` text NOT NULL, `address` text NOT NULL DEFAULT (''), `data` text NOT NULL, PRIMARY KEY (`id`));
-- create index "event_account_id_test_created_at_id" to table: "events"
CREATE INDEX `event_account_id_test_created_at_id` ON `events` (`account_id`, `test`, `created_at`, `id`);
-- create index "event_account_id_test_type_created_at_id" to table: "events"
CREATE INDEX `event_account_id_test_type_created_at_id` ON `events` (`account_id`, `test`, `type`, `created_at`, `id`);
-- create index "event_license_id_created_at" to table: "events"
CREATE INDEX `event_license_id_created_at` ON `events` (`license_id`, `created_at`);
-- create index "event_subject_id_created_at" to table: "events"
CREATE INDEX `event_subject_id_created_at` ON `events` (`subject_id`, `created_at`);
-- create "installation" table
CREATE TABLE `installation` (`id` text NOT NULL, `created_at` datetime NOT NULL, `master_key_check` text NOT NULL, PRIMARY KEY (`id`));
-- create "licenses" table
CREATE TABLE `licenses` (`id` text NOT NULL, `created_at` datetime NOT NULL, `account_id` text NOT NULL, `test` bool NOT NULL, `key_hash` text NOT NULL, `key_cipher` blob NOT NULL, `key_hint` text NOT NULL, `status` text NOT NULL, `activation_limit` integer NULL, `activations_used` integer NOT NULL DEFAULT (0), `starts_at` datetime NOT NULL, `expires_at` datetime NULL, `expires_order` datetime NOT NULL, `order_reference` text NOT NULL DEFAULT (''), `updated_at` datetime NOT NULL, `customer_id` text NULL, `product_id` text NOT NULL, `policy_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `licenses_customers_licenses` FOREIGN KEY (`customer_id`) REFERENCES `customers` (`id`) ON DELETE SET NULL, CONSTRAINT `licenses_products_product` FOREIGN KEY (`product_id`) REFERENCES `products` (`id`) ON DELETE NO ACTION, CONSTRAINT `licenses_policies_policy` FOREIGN KEY (`policy_id`) REFERENCES `policies` (`id`) ON DELETE NO ACTION);
-- create index "licenses_key_hash_key" to table: "licenses"
CREATE UNIQUE INDEX `licenses_key_hash_key` ON `licenses` (`key_hash`);
-- create index "license_account_id_test_created_at_id" to table: "licenses"
CREATE INDEX `license_account_id_test_created_at_id` ON `licenses` (`account_id`, `test`, `created_at`, `id`);
-- create index "license_account_id_test_product_id_created_at_id" to table: "licenses"
CREATE INDEX `license_account_id_test_product_id_created_at_id` ON `licenses` (`account_id`, `test`, `product_id`, `created_at`, `id`);
-- create index "license_account_id_test_status_created_at_id" to table: "licenses"
CREATE INDEX `license_account_id_test_status_created_at_id` ON `licenses` (`account_id`, `test`, `status`, `created_at`, `id`);
-- create index "license_account_id_test_expires_order_id" to table: "licenses"
CREATE INDEX `license_account_id_test_expires_order_id` ON `licenses` (`account_id`, `test`, `expires_order`, `id`);
-- create index "license_account_id_test_order_reference" to table: "licenses"
CREATE INDEX `license_account_id_test_order_reference` ON `licenses` (`account_id`, `test`, `order_reference`);
-- create index "license_customer_id" to table: "licenses"
CREATE INDEX `license_customer_id` ON `licenses` (`customer_id`);
-- create "policies" table
CREATE TABLE `policies` (`id` text NOT NULL, `created_at` datetime NOT NULL, `account_id` text NOT NULL, `name` text NOT NULL, `activation_limit` integer NULL, `duration_days` integer NULL, `identity` text NOT NULL, `key_format` text NOT NULL, `key_prefix` text NOT NULL DEFAULT (''), `product_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `policies_products_policies` FOREIGN KEY (`product_id`) REFERENCES `products` (`id`) ON DELETE NO ACTION);
-- create index "licensepolicy_account_id_created_at_id" to table: "policies"
CREATE INDEX `licensepolicy_account_id_created_at_id` ON `policies` (`account_id`, `created_at`, `id`);
-- create index "licensepolicy_product_id" to table: "policies"
CREATE INDEX `licensepolicy_product_id` ON `policies` (`product_id`);
-- create "products" table
CREATE TABLE `products` (`id` text NOT NULL, `created_at` datetime NOT NULL, `account_id` text NOT NULL, `type` text NOT NULL, `slug` text NOT NULL, `name` text NOT NULL, `description` text NOT NULL DEFAULT (''), `homepage` text NOT NULL DEFAULT (''), `author` text NOT NULL DEFAULT (''), `author_homepage` text NOT NULL DEFAULT (''), `icon_svg` text NOT NULL DEFAULT (''), `icon_1x` text NOT NULL DEFAULT (''), `icon_2x` text NOT NULL DEFAULT (''), `banner_low` text NOT NULL DEFAULT (''), `banner_high` text NOT NULL DEFAULT (''), `updated_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "products_slug_key" to table: "products"
CREATE UNIQUE INDEX `products_slug_key` ON `products` (`slug`);
-- create index "product_account_id_created_at_id" to table: "products"
CREATE INDEX `product_account_id_created_at_id` ON `products` (`account_id`, `created_at`, `id`);
-- create "releases" table
CREATE TABLE `releases` (`id` text NOT NULL, `created_at` datetime NOT NULL, `account_id` text NOT NULL, `version` text NOT NULL, `version_key` text NOT NULL, `status` text NOT NULL, `name` text NOT NULL, `requires` text NOT NULL DEFAULT (''), `tested` text NOT NULL DEFAULT (''), `requires_php` text NOT NULL DEFAULT (''), `requires_plugins` json NOT NULL, `changelog` text NOT NULL DEFAULT (''), `sha256` text NOT NULL, `md5` text NOT NULL, `size` integer NOT NULL, `published_at` datetime NULL, `yanked_at` datetime NULL, `yank_reason` text NOT NULL DEFAULT (''), `product_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `releases_products_releases` FOREIGN KEY (`product_id`) REFERENCES `products` (`id`) ON DELETE NO ACTION);
-- create index "release_account_id_created_at_id" to table: "releases"
CREATE INDEX `release_account_id_created_at_id` ON `releases` (`account_id`, `created_at`, `id`);
-- create index "release_product_id_version_key" to table: "releases"
CREATE UNIQUE INDEX `release_product_id_version_key` ON `releases` (`product_id`, `version_key`);
-- create index "release_product_id_status_version_key" to table: "releases"
CREATE INDEX `release_product_id_status_version_key` ON `releases` (`product_id`, `status`, `version_key`);
-- create "sites" table
CREATE TABLE `sites` (`id` text NOT NULL, `created_at` datetime NOT NULL, `account_id` text NOT NULL, `test` bool NOT NULL, `product_id` text NULL, `url` text NOT NULL, `site_key` text NOT NULL, `name` text NOT NULL DEFAULT (''), `admin_email` text NOT NULL DEFAULT (''), `wp_version` text NOT NULL DEFAULT (''), `php_version` text NOT NULL DEFAULT (''), `plugin_version` text NOT NULL DEFAULT (''), `token_hash` text NOT NULL, `health_data` text NULL, `last_seen_at` datetime NOT NULL, `license_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `sites_licenses_license` FOREIGN KEY (`license_id`) REFERENCES `licenses` (`id`) ON DELETE SET NULL);
-- create index "sites_token_hash_key" to table: "sites"
CREATE UNIQUE INDEX `sites_token_hash_key` ON `sites` (`token_hash`);
-- create index "site_account_id_test_created_at_id" to table: "sites"
CREATE INDEX `site_account_id_test_created_at_id` ON `sites` (`account_id`, `test`, `created_at`, `id`);
-- create index "site_account_id_test_site_key_product_id" to table: "sites"
CREATE UNIQUE INDEX `site_account_id_test_site_key_product_id` ON `sites` (`account_id`, `test`, `site_key`, `product_id`) WHERE product_id IS NOT NULL;
-- create index "site_account_id_test_last_seen_at_id" to table: "sites"
CREATE INDEX `site_account_id_test_last_seen_at_id` ON `sites` (`account_id`, `test`, `last_seen_at`, `id`);
-- create index "site_license_id" to table: "sites"
CREATE INDEX `site_license_id` ON `sites` (`license_id`);
-- create "site_actions" table
CREATE TABLE `site_actions` (`id` text NOT NULL, `created_at` datetime NOT NULL, `account_id` text NOT NULL, `test` bool NOT NULL, `type` text NOT NULL, `params` text NOT NULL, `status` text NOT NULL, `expires_at` datetime NOT NULL, `acknowledged_at` datetime NULL, `canceled_at` datetime NULL, `site_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `site_actions_sites_actions` FOREIGN KEY (`site_id`) REFERENCES `sites` (`id`) ON DELETE NO ACTION);
-- create index "siteaction_account_id_test_created_at_id" to table: "site_actions"
CREATE INDEX `siteaction_account_id_test_created_at_id` ON `site_actions` (`account_id`, `test`, `created_at`, `id`);
-- create index "siteaction_site_id_status_created_at" to table: "site_actions"
CREATE INDEX `siteaction_site_id_status_created_at` ON `site_actions` (`site_id`, `status`, `created_at`);

-- +goose Down
-- reverse: create index "siteaction_site_id_status_created_at" to table: "site_actions"
DROP INDEX `siteaction_site_id_status_created_at`;
-- reverse: create index "siteaction_account_id_test_created_at_id" to table: "site_actions"
DROP INDEX `siteaction_account_id_test_created_at_id`;
-- reverse: create "site_actions" table
DROP TABLE `site_actions`;
-- reverse: create index "site_license_id" to table: "sites"
DROP INDEX `site_license_id`;
-- reverse: create index "site_account_id_test_last_seen_at_id" to table: "sites"
DROP INDEX `site_account_id_test_last_seen_at_id`;
-- reverse: create index "site_account_id_test_site_key_product_id" to table: "sites"
DROP INDEX `site_account_id_test_site_key_product_id`;
-- reverse: create index "site_account_id_test_created_at_id" to table: "sites"
DROP INDEX `site_account_id_test_created_at_id`;
-- reverse: create index "sites_token_hash_key" to table: "sites"
DROP INDEX `sites_token_hash_key`;
-- reverse: create "sites" table
DROP TABLE `sites`;
-- reverse: create index "release_product_id_status_version_key" to table: "releases"
DROP INDEX `release_product_id_status_version_key`;
-- reverse: create index "release_product_id_version_key" to table: "releases"
DROP INDEX `release_product_id_version_key`;
-- reverse: create index "release_account_id_created_at_id" to table: "releases"
DROP INDEX `release_account_id_created_at_id`;
-- reverse: create "releases" table
DROP TABLE `releases`;
-- reverse: create index "product_account_id_created_at_id" to table: "products"
DROP INDEX `product_account_id_created_at_id`;
-- reverse: create index "products_slug_key" to table: "products"
DROP INDEX `products_slug_key`;
-- reverse: create "products" table
DROP TABLE `products`;
-- reverse: create index "licensepolicy_product_id" to table: "policies"
DROP INDEX `licensepolicy_product_id`;
-- reverse: create index "licensepolicy_account_id_created_at_id" to table: "policies"
DROP INDEX `licensepolicy_account_id_created_at_id`;
-- reverse: create "policies" table
DROP TABLE `policies`;
-- reverse: create index "license_customer_id" to table: "licenses"
DROP INDEX `license_customer_id`;
-- reverse: create index "license_account_id_test_order_reference" to table: "licenses"
DROP INDEX `license_account_id_test_order_reference`;
-- reverse: create index "license_account_id_test_expires_order_id" to table: "licenses"
DROP INDEX `license_account_id_test_expires_order_id`;
-- reverse: create index "license_account_id_test_status_created_at_id" to table: "licenses"
DROP INDEX `license_account_id_test_status_created_at_id`;
-- reverse: create index "license_account_id_test_product_id_created_at_id" to table: "licenses"
DROP INDEX `license_account_id_test_product_id_created_at_id`;
-- reverse: create index "license_account_id_test_created_at_id" to table: "licenses"
DROP INDEX `license_account_id_test_created_at_id`;
-- reverse: create index "licenses_key_hash_key" to table: "licenses"
DROP INDEX `licenses_key_hash_key`;
-- reverse: create "licenses" table
DROP TABLE `licenses`;
-- reverse: create "installation" table
DROP TABLE `installation`;
-- reverse: create index "event_subject_id_created_at" to table: "events"
DROP INDEX `event_subject_id_created_at`;
-- reverse: create index "event_license_id_created_at" to table: "events"
DROP INDEX `event_license_id_created_at`;
-- reverse: create index "event_account_id_test_type_created_at_id" to table: "events"
DROP INDEX `event_account_id_test_type_created_at_id`;
-- reverse: create index "event_account_id_test_created_at_id" to table: "events"
DROP INDEX `event_account_id_test_created_at_id`;
-- reverse: create "events" table
DROP TABLE `events`;
-- reverse: create index "customer_account_id_test_email_key" to table: "customers"
DROP INDEX `customer_account_id_test_email_key`;
-- reverse: create index "customer_account_id_test_created_at_id" to table: "customers"
DROP INDEX `customer_account_id_test_created_at_id`;
-- reverse: create "customers" table
DROP TABLE `customers`;
-- reverse: create index "apikey_account_id_test_created_at_id" to table: "api_keys"
DROP INDEX `apikey_account_id_test_created_at_id`;
-- reverse: create index "api_keys_hash_key" to table: "api_keys"
DROP INDEX `api_keys_hash_key`;
-- reverse: create "api_keys" table
DROP TABLE `api_keys`;
-- reverse: create index "activation_account_id_test_domain_key" to table: "activations"
DROP INDEX `activation_account_id_test_domain_key`;
-- reverse: create index "activation_license_id_domain_key" to table: "activations"
DROP INDEX `activation_license_id_domain_key`;
-- reverse: create index "activation_license_id_identity" to table: "activations"
DROP INDEX `activation_license_id_identity`;
-- reverse: create index "activation_account_id_test_created_at_id" to table: "activations"
DROP INDEX `activation_account_id_test_created_at_id`;
-- reverse: create "activations" table
DROP TABLE `activations`;
-- reverse: create "accounts" table
DROP TABLE `accounts`;
