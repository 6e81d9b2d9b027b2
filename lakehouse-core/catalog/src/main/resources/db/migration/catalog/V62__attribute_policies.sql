-- Row filters and column masks that tags bring to all tables below a catalog or schema, or to one table.
CREATE TABLE catalog_attribute_policy (
  id uuid PRIMARY KEY,
  securable_id uuid NOT NULL REFERENCES catalog_securable ON DELETE CASCADE,
  name text NOT NULL,
  comment text,
  kind text NOT NULL CHECK (kind IN ('ROW_FILTER', 'COLUMN_MASK')),
  function_id uuid NOT NULL,
  function_name text NOT NULL,
  on_column text,
  using_aliases text[] NOT NULL,
  match_aliases text[] NOT NULL,
  match_conditions text[] NOT NULL,
  when_condition text,
  to_principals uuid[] NOT NULL,
  except_principals uuid[] NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  UNIQUE (securable_id, name)
);
CREATE INDEX catalog_attribute_policy_function ON catalog_attribute_policy (function_id);
