-- Tags of securables; of a table's column where the column has a name. Keys compare by their letters.
CREATE TABLE catalog_tag (
  securable_id uuid NOT NULL REFERENCES catalog_securable ON DELETE CASCADE,
  column_name text NOT NULL DEFAULT '',
  tag_key text NOT NULL,
  tag_value text NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  PRIMARY KEY (securable_id, column_name, tag_key)
);
CREATE INDEX catalog_tag_by_key ON catalog_tag (tag_key, tag_value);

-- Tags whose values are decided in one place; a policy without values allows any.
CREATE TABLE catalog_tag_policy (
  tag_key text PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  description text,
  tag_values text[] NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
