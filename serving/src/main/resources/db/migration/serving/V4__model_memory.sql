-- What the process grew by when a model version was loaded, in bytes: its next load is counted with it.
CREATE TABLE serving_model_memory (
  model_id uuid NOT NULL REFERENCES catalog_securable (id) ON DELETE CASCADE,
  version  integer NOT NULL,
  bytes    bigint NOT NULL,
  PRIMARY KEY (model_id, version)
);
