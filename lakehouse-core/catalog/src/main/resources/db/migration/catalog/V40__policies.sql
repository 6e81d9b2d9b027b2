-- What tables show of themselves: the function that a row must pass to be seen, and those through
-- which columns are shown. A function that is gone leaves its policy, so that the table stays closed.
CREATE TABLE catalog_row_filter (
  table_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  function_id uuid NOT NULL,
  function_name text NOT NULL,
  arguments text[] NOT NULL,
  set_at timestamptz NOT NULL,
  set_by text NOT NULL
);

CREATE TABLE catalog_column_mask (
  table_id uuid NOT NULL REFERENCES catalog_securable ON DELETE CASCADE,
  column_name text NOT NULL,
  function_id uuid NOT NULL,
  function_name text NOT NULL,
  arguments text[] NOT NULL,
  set_at timestamptz NOT NULL,
  set_by text NOT NULL
);

CREATE UNIQUE INDEX catalog_column_mask_column ON catalog_column_mask (table_id, lower(column_name));
CREATE INDEX catalog_row_filter_function ON catalog_row_filter (function_id);
CREATE INDEX catalog_column_mask_function ON catalog_column_mask (function_id);

-- Who wrote the body last, which runs with the owner's rights only while the owner is the same.
ALTER TABLE catalog_function ADD COLUMN definer uuid;
