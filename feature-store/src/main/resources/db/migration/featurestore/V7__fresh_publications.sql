-- How a publication follows its table, on whose behalf, and how far it has come.
ALTER TABLE featurestore_publication
  ADD COLUMN mode text NOT NULL DEFAULT 'SNAPSHOT'
    CHECK (mode IN ('SNAPSHOT', 'TRIGGERED', 'CONTINUOUS')),
  ADD COLUMN window_seconds bigint CHECK (window_seconds > 0),
  ADD COLUMN ttl_seconds bigint CHECK (ttl_seconds > 0),
  ADD COLUMN owner_id uuid,
  ADD COLUMN synced_at timestamptz,
  ADD COLUMN rows_written bigint NOT NULL DEFAULT 0,
  ADD COLUMN rows_removed bigint NOT NULL DEFAULT 0,
  ADD COLUMN problem text;
