-- The online store in PostgreSQL: which generation of a table's rows is read.
CREATE TABLE online_table (
  id uuid PRIMARY KEY,
  generation bigint NOT NULL
);
CREATE SEQUENCE online_generation;

-- The newest row of every key, as one record.
CREATE TABLE online_row (
  id uuid NOT NULL,
  generation bigint NOT NULL,
  key bytea NOT NULL,
  event_micros bigint NOT NULL,
  known_micros bigint NOT NULL,
  record bytea NOT NULL,
  PRIMARY KEY (id, generation, key)
);
