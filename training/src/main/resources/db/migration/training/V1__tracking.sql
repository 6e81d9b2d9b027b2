-- Experiments, runs and what runs log. Times are milliseconds since 1970 as clients send them.
CREATE SEQUENCE training_experiment_number START 1;

CREATE TABLE training_experiment (
  id bigint PRIMARY KEY,
  securable_id uuid NOT NULL UNIQUE REFERENCES catalog_securable (id) ON DELETE CASCADE,
  artifact_location text NOT NULL,
  lifecycle_stage text NOT NULL CHECK (lifecycle_stage IN ('active', 'deleted')),
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);

CREATE TABLE training_experiment_tag (
  experiment_id bigint NOT NULL REFERENCES training_experiment (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (experiment_id, key)
);

CREATE TABLE training_run (
  id text COLLATE "C" PRIMARY KEY,
  experiment_id bigint NOT NULL REFERENCES training_experiment (id) ON DELETE CASCADE,
  name text NOT NULL,
  user_id text NOT NULL,
  status text NOT NULL,
  start_time bigint,
  end_time bigint,
  artifact_uri text NOT NULL,
  lifecycle_stage text NOT NULL CHECK (lifecycle_stage IN ('active', 'deleted'))
);
CREATE INDEX training_run_by_experiment
  ON training_run (experiment_id, start_time DESC NULLS LAST, id);

CREATE TABLE training_param (
  run_id text COLLATE "C" NOT NULL REFERENCES training_run (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (run_id, key)
);

CREATE TABLE training_tag (
  run_id text COLLATE "C" NOT NULL REFERENCES training_run (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (run_id, key)
);

-- The whole history. The key makes a point that is sent twice one point, found at the cost of one
-- index descent however long the history is. There is no foreign key: every writer holds the lock
-- of the run's row, and a check per point would cost more than the point.
CREATE TABLE training_metric (
  run_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  "timestamp" bigint NOT NULL,
  step bigint NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (run_id, key, "timestamp", step, value)
);

-- The greatest point of each metric by (step, timestamp, value): what searches look at.
CREATE TABLE training_latest_metric (
  run_id text COLLATE "C" NOT NULL REFERENCES training_run (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  "timestamp" bigint NOT NULL,
  step bigint NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (run_id, key)
);

CREATE TABLE training_dataset_input (
  run_id text COLLATE "C" NOT NULL REFERENCES training_run (id) ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  source_type text NOT NULL,
  source text NOT NULL,
  schema text,
  profile text,
  tags jsonb NOT NULL,
  context text,
  position bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (run_id, name, digest)
);

CREATE TABLE training_logged_model (
  id text COLLATE "C" PRIMARY KEY,
  experiment_id bigint NOT NULL REFERENCES training_experiment (id) ON DELETE CASCADE,
  name text NOT NULL,
  model_type text,
  source_run_id text COLLATE "C",
  artifact_uri text NOT NULL,
  status text NOT NULL,
  status_message text,
  lifecycle_stage text NOT NULL CHECK (lifecycle_stage IN ('active', 'deleted')),
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL
);
CREATE INDEX training_logged_model_by_experiment
  ON training_logged_model (experiment_id, created_at DESC, id);

CREATE TABLE training_logged_model_param (
  model_id text COLLATE "C" NOT NULL REFERENCES training_logged_model (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (model_id, key)
);

CREATE TABLE training_logged_model_tag (
  model_id text COLLATE "C" NOT NULL REFERENCES training_logged_model (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (model_id, key)
);

CREATE TABLE training_logged_model_metric (
  model_id text COLLATE "C" NOT NULL REFERENCES training_logged_model (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  "timestamp" bigint NOT NULL,
  step bigint NOT NULL,
  value double precision NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  dataset_name text COLLATE "C" NOT NULL DEFAULT '',
  dataset_digest text COLLATE "C" NOT NULL DEFAULT '',
  PRIMARY KEY (model_id, key, "timestamp", step, run_id, dataset_name, dataset_digest, value)
);

-- Models that a run read (step empty) or wrote.
CREATE TABLE training_run_model (
  run_id text COLLATE "C" NOT NULL REFERENCES training_run (id) ON DELETE CASCADE,
  model_id text COLLATE "C" NOT NULL,
  direction text NOT NULL CHECK (direction IN ('input', 'output')),
  step bigint,
  position bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (run_id, direction, model_id)
);
