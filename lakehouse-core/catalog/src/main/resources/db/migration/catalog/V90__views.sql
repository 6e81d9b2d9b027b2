-- How a view's query was written: by whom, with whose rights it reads only while they own the view;
-- what shorter names in it mean; and what the query called the view's columns.
CREATE TABLE catalog_view (
  securable_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  definer uuid NOT NULL,
  default_catalog text NOT NULL,
  default_schema text NOT NULL,
  query_columns text[] NOT NULL
);
