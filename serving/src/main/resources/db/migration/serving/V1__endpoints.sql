-- Serving endpoints: the configuration that answers, the one that is rolled out, and with whose
-- rights each was deployed.
CREATE TABLE serving_endpoint (
  securable_id   uuid PRIMARY KEY REFERENCES catalog_securable (id) ON DELETE CASCADE,
  active         jsonb,
  pending        jsonb,
  update_state   text NOT NULL CHECK (update_state IN ('NOT_UPDATING', 'IN_PROGRESS', 'UPDATE_FAILED')),
  message        text,
  last_version   integer NOT NULL,
  tags           jsonb NOT NULL,
  updated_at     timestamptz NOT NULL
);
