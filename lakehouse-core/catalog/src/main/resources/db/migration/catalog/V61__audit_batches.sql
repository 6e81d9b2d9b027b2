-- Which batch of the copy in system.access.audit a record belongs to; null for none yet.
ALTER TABLE catalog_audit ADD COLUMN batch bigint;
CREATE INDEX catalog_audit_unbatched ON catalog_audit (id) WHERE batch IS NULL;
CREATE INDEX catalog_audit_batch ON catalog_audit (batch) WHERE batch IS NOT NULL;
