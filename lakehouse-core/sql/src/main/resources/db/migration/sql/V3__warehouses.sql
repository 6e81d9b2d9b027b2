-- Warehouses besides the one that every server has. Tags hold the limits that were asked for.
CREATE TABLE sql_warehouse (
  id text PRIMARY KEY,
  name text NOT NULL,
  size text NOT NULL,
  clusters integer NOT NULL,
  auto_stop_minutes integer NOT NULL,
  tags text NOT NULL,
  stopped boolean NOT NULL,
  creator text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX sql_warehouse_by_name ON sql_warehouse (lower(name));
