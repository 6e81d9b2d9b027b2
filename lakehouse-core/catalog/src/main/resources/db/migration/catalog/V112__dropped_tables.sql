-- Tables that were dropped and can be had back for a while: the rows that went with each, by the
-- table that they were in. What the rows refer to may be gone by then, the schema too.
CREATE TABLE catalog_dropped_table (
  id uuid PRIMARY KEY,
  schema_id uuid NOT NULL,
  name text NOT NULL,
  owner text NOT NULL,
  dropped_at timestamptz NOT NULL,
  dropped_by text NOT NULL,
  content jsonb NOT NULL
);
CREATE INDEX catalog_dropped_table_name ON catalog_dropped_table (schema_id, name, dropped_at);
CREATE INDEX catalog_dropped_table_time ON catalog_dropped_table (dropped_at);
