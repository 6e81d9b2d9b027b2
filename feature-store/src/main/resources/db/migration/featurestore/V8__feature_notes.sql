-- What is said of a feature besides its column: its unit, and the range its values are expected in.
CREATE TABLE featurestore_note (
  id uuid NOT NULL REFERENCES catalog_securable (id) ON DELETE CASCADE,
  feature text NOT NULL,
  unit text,
  least double precision,
  greatest double precision,
  PRIMARY KEY (id, feature)
);
