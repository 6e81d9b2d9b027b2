-- Users, service principals, parts of the server, and groups share one space of names, so that a
-- name in a grant means one principal.
CREATE TABLE catalog_principal (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('USER', 'SERVICE_PRINCIPAL', 'SYSTEM', 'GROUP')),
  display_name text,
  external_id text,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX catalog_principal_name ON catalog_principal (lower(name));

CREATE TABLE catalog_member (
  group_id uuid NOT NULL REFERENCES catalog_principal ON DELETE CASCADE,
  member_id uuid NOT NULL REFERENCES catalog_principal ON DELETE CASCADE,
  PRIMARY KEY (group_id, member_id),
  CHECK (group_id <> member_id)
);
CREATE INDEX catalog_member_member ON catalog_member (member_id);

-- Only the SHA-256 of a token is kept.
CREATE TABLE catalog_token (
  id uuid PRIMARY KEY,
  principal_id uuid NOT NULL REFERENCES catalog_principal ON DELETE CASCADE,
  hash bytea NOT NULL UNIQUE,
  comment text,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz
);
CREATE INDEX catalog_token_principal ON catalog_token (principal_id);

-- The one tree of governed names. full_name repeats the names above, so that one index answers;
-- renaming a container rewrites it below.
CREATE TABLE catalog_securable (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  name text NOT NULL,
  full_name text NOT NULL,
  parent_id uuid REFERENCES catalog_securable,
  ancestors uuid[] NOT NULL,
  owner_id uuid NOT NULL REFERENCES catalog_principal,
  comment text,
  properties jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL
);
CREATE UNIQUE INDEX catalog_securable_name ON catalog_securable (parent_id, type, name);
CREATE UNIQUE INDEX catalog_securable_full_name ON catalog_securable (type, full_name);
CREATE INDEX catalog_securable_ancestors ON catalog_securable USING gin (ancestors);
CREATE INDEX catalog_securable_owner ON catalog_securable (owner_id);
CREATE UNIQUE INDEX catalog_securable_one_root ON catalog_securable ((true)) WHERE parent_id IS NULL;

CREATE TABLE catalog_grant (
  securable_id uuid NOT NULL REFERENCES catalog_securable ON DELETE CASCADE,
  principal_id uuid NOT NULL REFERENCES catalog_principal ON DELETE CASCADE,
  privilege text NOT NULL,
  granted_at timestamptz NOT NULL,
  granted_by text NOT NULL,
  PRIMARY KEY (securable_id, principal_id, privilege)
);
CREATE INDEX catalog_grant_principal ON catalog_grant (principal_id);

-- Where the data of a catalog or schema goes by default.
CREATE TABLE catalog_namespace (
  securable_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  storage_root text
);

-- Rows outlive what they name, so there are no foreign keys.
CREATE TABLE catalog_audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  request_id text NOT NULL,
  principal_id uuid,
  principal text NOT NULL,
  token_id text,
  remote_address text NOT NULL,
  user_agent text NOT NULL,
  action text NOT NULL,
  securable_type text,
  securable_name text,
  securable_id uuid,
  decision text NOT NULL CHECK (decision IN ('ALLOWED', 'DENIED')),
  reason text,
  parameters jsonb NOT NULL
);
CREATE INDEX catalog_audit_principal ON catalog_audit (principal, id);
CREATE INDEX catalog_audit_securable ON catalog_audit (securable_id, id);
CREATE INDEX catalog_audit_action ON catalog_audit (action, id);
CREATE INDEX catalog_audit_decision ON catalog_audit (decision, id);

-- key is the securable's id where the kind is a securable, so that a rename breaks no chain.
CREATE TABLE catalog_lineage_node (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  key text NOT NULL,
  version bigint NOT NULL DEFAULT -1,
  name text NOT NULL,
  securable_id uuid,
  UNIQUE (kind, key, version)
);
CREATE TABLE catalog_lineage_edge (
  from_id bigint NOT NULL REFERENCES catalog_lineage_node,
  to_id bigint NOT NULL REFERENCES catalog_lineage_node,
  how text NOT NULL,
  details jsonb NOT NULL,
  at timestamptz NOT NULL,
  principal text NOT NULL,
  PRIMARY KEY (from_id, to_id, how)
);
CREATE INDEX catalog_lineage_edge_to ON catalog_lineage_edge (to_id);

-- The two groups that every installation has, and the root of the tree.
INSERT INTO catalog_principal (id, name, kind, display_name, created_at) VALUES
  ('00000000-0000-4000-8000-000000000001', 'admins', 'GROUP', 'Administrators', now()),
  ('00000000-0000-4000-8000-000000000002', 'account users', 'GROUP', 'Everybody', now());
INSERT INTO catalog_securable
  (id, type, name, full_name, ancestors, owner_id, created_at, created_by, updated_at, updated_by)
VALUES
  (gen_random_uuid(), 'METASTORE', '', '', '{}', '00000000-0000-4000-8000-000000000001',
   now(), 'system', now(), 'system');
