-- Usage is summed up by the hour in which runs ended.
CREATE INDEX workflow_run_by_end ON workflow_run (ended_at) WHERE ended_at IS NOT NULL;
