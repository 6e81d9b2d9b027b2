-- What makes a table a feature table: its shape, how it is computed, and when that was last done.
CREATE TABLE featurestore_table (
  id uuid PRIMARY KEY REFERENCES catalog_securable (id) ON DELETE CASCADE,
  shape jsonb NOT NULL,
  windowed jsonb,
  version bigint NOT NULL,
  refreshed_at timestamptz NOT NULL,
  refreshed_by text NOT NULL
);

-- What of a feature table is online.
CREATE TABLE featurestore_publication (
  id uuid PRIMARY KEY REFERENCES catalog_securable (id) ON DELETE CASCADE,
  version bigint NOT NULL,
  known_before timestamptz,
  published_at timestamptz NOT NULL,
  published_by text NOT NULL
);

-- Versions of feature specs; never updated.
CREATE TABLE featurestore_spec (
  id uuid NOT NULL REFERENCES catalog_securable (id) ON DELETE CASCADE,
  version int NOT NULL CHECK (version > 0),
  definition jsonb NOT NULL,
  outputs jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  PRIMARY KEY (id, version)
);

-- Training sets that were made; they outlive the spec and the tables.
CREATE TABLE featurestore_training_set (
  id text PRIMARY KEY,
  spec text NOT NULL,
  spec_version int NOT NULL,
  request jsonb NOT NULL,
  result jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  creator text NOT NULL
);
CREATE INDEX featurestore_training_set_created ON featurestore_training_set (created_at DESC, id);
