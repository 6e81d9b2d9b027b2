-- Moves with every change of somebody's rights, groups, tokens or policies, in the same commit, so that every
-- server on this database learns of it. One row.
CREATE TABLE catalog_access_stamp (
  single boolean PRIMARY KEY DEFAULT TRUE CHECK (single),
  number bigint NOT NULL
);
INSERT INTO catalog_access_stamp (number) VALUES (0);
