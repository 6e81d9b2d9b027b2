-- How much of its tables a statement read, and how much it could leave out. Unknown, and told as
-- nothing, for statements from before.
ALTER TABLE sql_statement
  ADD COLUMN files_read bigint NOT NULL DEFAULT 0,
  ADD COLUMN bytes_read bigint NOT NULL DEFAULT 0,
  ADD COLUMN files_pruned bigint NOT NULL DEFAULT 0,
  ADD COLUMN bytes_pruned bigint NOT NULL DEFAULT 0;
