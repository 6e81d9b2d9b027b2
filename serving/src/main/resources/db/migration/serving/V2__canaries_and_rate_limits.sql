-- How far a configuration is that takes over step by step, and how often an endpoint may be asked.
ALTER TABLE serving_endpoint
  ADD COLUMN canary_step integer CHECK (canary_step >= 0),
  ADD COLUMN rate_limits jsonb NOT NULL DEFAULT '[]';
