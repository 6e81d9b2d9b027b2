-- Registered models and their versions. Times are milliseconds since 1970.
CREATE TABLE registry_model (
  id uuid PRIMARY KEY REFERENCES catalog_securable (id) ON DELETE CASCADE,
  -- The last part of the name as it was first written; the securable's is in lower case.
  spelling text NOT NULL,
  last_version integer NOT NULL DEFAULT 0,
  updated_at bigint NOT NULL
);

CREATE TABLE registry_model_tag (
  model_id uuid NOT NULL REFERENCES registry_model (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (model_id, key)
);

CREATE TABLE registry_version (
  model_id uuid NOT NULL REFERENCES registry_model (id) ON DELETE CASCADE,
  number integer NOT NULL,
  source text NOT NULL,
  run_id text COLLATE "C",
  run_link text,
  logged_model_id text COLLATE "C",
  description text NOT NULL,
  status text NOT NULL CHECK (status IN ('PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY')),
  status_message text,
  -- Who brings the files: COPIED from the source by the server, or UPLOADED by the client.
  files_by text NOT NULL CHECK (files_by IN ('COPIED', 'UPLOADED')),
  stage text NOT NULL,
  mlmodel text,
  artifact_bytes bigint NOT NULL DEFAULT 0,
  created_at bigint NOT NULL,
  created_by text NOT NULL,
  updated_at bigint NOT NULL,
  updated_by text NOT NULL,
  PRIMARY KEY (model_id, number)
);
CREATE INDEX registry_version_by_run ON registry_version (run_id);

CREATE TABLE registry_version_tag (
  model_id uuid NOT NULL,
  number integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (model_id, number, key),
  FOREIGN KEY (model_id, number) REFERENCES registry_version (model_id, number) ON DELETE CASCADE
);

CREATE TABLE registry_version_file (
  model_id uuid NOT NULL,
  number integer NOT NULL,
  path text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  PRIMARY KEY (model_id, number, path),
  FOREIGN KEY (model_id, number) REFERENCES registry_version (model_id, number) ON DELETE CASCADE
);

CREATE TABLE registry_alias (
  model_id uuid NOT NULL,
  alias text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  PRIMARY KEY (model_id, alias),
  FOREIGN KEY (model_id, number) REFERENCES registry_version (model_id, number) ON DELETE CASCADE
);
CREATE INDEX registry_alias_by_version ON registry_alias (model_id, number);
