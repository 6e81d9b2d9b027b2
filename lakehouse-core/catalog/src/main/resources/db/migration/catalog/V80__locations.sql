-- How keys to buckets are made. What is secret in it is sealed under a key that is not in here.
CREATE TABLE catalog_storage_credential (
  securable_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('IAM_ROLE', 'S3_COMPATIBLE')),
  settings jsonb NOT NULL,
  sealed bytea
);

-- Places outside the server's own storage. normal_url is url in one spelling, with a slash at its end;
-- none begins with another.
CREATE TABLE catalog_external_location (
  securable_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  url text NOT NULL,
  normal_url text NOT NULL UNIQUE,
  credential_id uuid REFERENCES catalog_storage_credential (securable_id),
  read_only boolean NOT NULL
);
CREATE INDEX catalog_external_location_credential ON catalog_external_location (credential_id);

-- Where external tables and volumes lie; none begins with another. Without a location it is a folder of
-- a disk that an administrator registered.
CREATE TABLE catalog_external_place (
  securable_id uuid PRIMARY KEY REFERENCES catalog_securable ON DELETE CASCADE,
  location_id uuid REFERENCES catalog_external_location (securable_id) ON DELETE CASCADE,
  normal_url text NOT NULL UNIQUE
);
CREATE INDEX catalog_external_place_location ON catalog_external_place (location_id);
