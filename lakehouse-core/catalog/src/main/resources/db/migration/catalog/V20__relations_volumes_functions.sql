CREATE TABLE catalog_relation (
  securable_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('MANAGED', 'EXTERNAL', 'VIEW')),
  format text NOT NULL,
  storage_location text,
  view_definition text
);

-- type_json is what the client gave, byte for byte.
CREATE TABLE catalog_column (
  securable_id uuid NOT NULL REFERENCES catalog_securable ON DELETE CASCADE,
  position integer NOT NULL,
  name text NOT NULL,
  type_text text NOT NULL,
  type_name text NOT NULL,
  type_json text,
  type_precision integer,
  type_scale integer,
  nullable boolean NOT NULL,
  comment text,
  partition_index integer,
  PRIMARY KEY (securable_id, position)
);

CREATE TABLE catalog_volume (
  securable_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('MANAGED', 'EXTERNAL')),
  storage_location text
);

-- What a function's definition holds beyond name and comment, in the words of the protocol.
CREATE TABLE catalog_function (
  securable_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  definition jsonb NOT NULL
);
