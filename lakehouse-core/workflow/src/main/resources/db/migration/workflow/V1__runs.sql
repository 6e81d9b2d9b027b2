CREATE TABLE workflow_run (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  parameters jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED')),
  attempt integer NOT NULL DEFAULT 0,
  not_before timestamptz,
  worker text,
  lease_until timestamptz,
  cancel_requested boolean NOT NULL DEFAULT false,
  error_code text,
  error_message text,
  submitted_by uuid NOT NULL,
  submitter text NOT NULL,
  idempotency_key text,
  progress jsonb NOT NULL DEFAULT '{}',
  checkpoint jsonb NOT NULL DEFAULT '{}',
  result jsonb,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  UNIQUE (submitted_by, idempotency_key)
);

CREATE INDEX workflow_run_open ON workflow_run (created_at) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX workflow_run_by_submitter ON workflow_run (submitted_by, created_at DESC, id);
