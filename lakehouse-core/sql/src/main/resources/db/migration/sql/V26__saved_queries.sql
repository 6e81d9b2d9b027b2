-- Statements that people keep by name, and who besides the owner and the administrators may see, run, edit or
-- manage them.
CREATE TABLE sql_query (
  id uuid PRIMARY KEY,
  display_name text NOT NULL,
  description text NOT NULL,
  query_text text NOT NULL,
  warehouse_id text,
  catalog text,
  schema_name text,
  owner_id uuid NOT NULL,
  modified_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX sql_query_name ON sql_query (lower(display_name), id);
CREATE TABLE sql_query_permission (
  query_id uuid NOT NULL REFERENCES sql_query (id) ON DELETE CASCADE,
  principal_id uuid NOT NULL,
  level text NOT NULL,
  PRIMARY KEY (query_id, principal_id)
);
CREATE INDEX sql_query_permission_principal ON sql_query_permission (principal_id);
