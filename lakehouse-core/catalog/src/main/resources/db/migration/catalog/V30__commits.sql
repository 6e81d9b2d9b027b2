-- What the catalog knows of a Delta table's newest version. Versions and times only count where the
-- catalog decides which versions there are; columns, protocol and domains are JSON as Delta has it.
CREATE TABLE catalog_delta_table (
  securable_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  catalog_managed boolean NOT NULL,
  columns jsonb NOT NULL,
  partition_columns text[] NOT NULL,
  properties jsonb NOT NULL,
  min_reader_version integer NOT NULL,
  min_writer_version integer NOT NULL,
  reader_features text[] NOT NULL,
  writer_features text[] NOT NULL,
  domains jsonb NOT NULL,
  latest_version bigint NOT NULL CHECK (latest_version >= 0),
  latest_at bigint NOT NULL,
  published_version bigint NOT NULL CHECK (published_version >= 0),
  described_version bigint NOT NULL,
  described_at bigint NOT NULL,
  revision bigint NOT NULL,
  CHECK (published_version <= latest_version)
);

-- Ratified versions. Those above published_version exist nowhere else; those at or below it are kept
-- for a while, so that a commit that is sent again is known for what it is.
CREATE TABLE catalog_delta_commit (
  securable_id uuid NOT NULL REFERENCES catalog_delta_table ON DELETE CASCADE,
  version bigint NOT NULL CHECK (version > 0),
  file_name text NOT NULL,
  file_size bigint NOT NULL,
  file_modified_at bigint NOT NULL,
  committed_at bigint NOT NULL,
  ratified_at timestamptz NOT NULL,
  PRIMARY KEY (securable_id, version)
);

-- Tables to be: a place for the first version, which their maker writes before they have a name.
CREATE TABLE catalog_staging_table (
  id uuid PRIMARY KEY,
  schema_id uuid NOT NULL REFERENCES catalog_securable ON DELETE CASCADE,
  name text NOT NULL,
  principal_id uuid NOT NULL REFERENCES catalog_principal ON DELETE CASCADE,
  created_at timestamptz NOT NULL
);

-- The key under which addresses of files are signed.
CREATE TABLE catalog_signing_key (
  id integer PRIMARY KEY CHECK (id = 1),
  value bytea NOT NULL
);
