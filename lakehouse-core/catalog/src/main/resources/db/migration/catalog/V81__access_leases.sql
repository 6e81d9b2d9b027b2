-- Since when and until when somebody outside has access to a table's files: what was needed since then
-- is not vacuumed. Times of issue are rounded down, so that a table has a handful of rows.
CREATE TABLE catalog_access_lease (
  securable_id uuid NOT NULL REFERENCES catalog_securable ON DELETE CASCADE,
  since timestamptz NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (securable_id, since)
);
