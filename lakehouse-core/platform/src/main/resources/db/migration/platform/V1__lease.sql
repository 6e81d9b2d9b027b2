-- One row for each piece of background work that at most one server may do at a time.
CREATE TABLE platform_lease (
  name text PRIMARY KEY,
  holder uuid NOT NULL,
  fence bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
