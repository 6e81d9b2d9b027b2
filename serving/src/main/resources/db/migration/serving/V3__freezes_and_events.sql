-- Why an endpoint answers nobody, and what happened to endpoints: the newest of each are kept.
ALTER TABLE serving_endpoint ADD COLUMN frozen jsonb;

CREATE TABLE serving_event (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id    uuid NOT NULL REFERENCES catalog_securable (id) ON DELETE CASCADE,
  at             timestamptz NOT NULL,
  type           text NOT NULL,
  config_version integer,
  message        text NOT NULL
);
CREATE INDEX serving_event_by_endpoint ON serving_event (endpoint_id, id);
