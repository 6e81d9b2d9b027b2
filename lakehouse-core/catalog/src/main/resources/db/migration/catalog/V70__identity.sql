-- What SCIM clients say about principals beyond what rights need: names, addresses, entitlements and
-- roles, as SCIM has them. stamp moves when a principal is disabled; what was signed for it before is
-- no longer good.
ALTER TABLE catalog_principal ADD COLUMN details jsonb NOT NULL DEFAULT '{}';
ALTER TABLE catalog_principal ADD COLUMN stamp bigint NOT NULL DEFAULT 0;

-- Empty: the token reaches every operation.
ALTER TABLE catalog_token ADD COLUMN scopes text[] NOT NULL DEFAULT '{}';

-- Only the SHA-256 of a secret is kept.
CREATE TABLE catalog_client_secret (
  id uuid PRIMARY KEY,
  principal_id uuid NOT NULL REFERENCES catalog_principal ON DELETE CASCADE,
  hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX catalog_client_secret_principal ON catalog_client_secret (principal_id);

-- Keys that sign access tokens. The private half is sealed with a key that is not in the database.
CREATE TABLE catalog_access_key (
  id text PRIMARY KEY,
  sealed bytea NOT NULL,
  public_key text NOT NULL,
  created_at timestamptz NOT NULL,
  signs_from timestamptz NOT NULL
);
