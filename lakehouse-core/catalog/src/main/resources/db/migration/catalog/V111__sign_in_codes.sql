-- Codes that sign their maker in once, by their SHA-256, so that any server takes what another gave. A code and a
-- session end with the token that they came from.
CREATE TABLE catalog_sign_in_code (
  hash bytea PRIMARY KEY,
  principal_id uuid NOT NULL REFERENCES catalog_principal (id) ON DELETE CASCADE,
  token_id uuid REFERENCES catalog_token (id) ON DELETE CASCADE,
  scopes text[] NOT NULL,
  remote_address text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX catalog_sign_in_code_principal ON catalog_sign_in_code (principal_id, expires_at);
CREATE INDEX catalog_sign_in_code_token ON catalog_sign_in_code (token_id);
ALTER TABLE catalog_token ADD COLUMN begun_by uuid REFERENCES catalog_token (id) ON DELETE CASCADE;
CREATE INDEX catalog_token_begun_by ON catalog_token (begun_by);
