-- Who signed in with a browser is signed out after this long without a request. Empty for other tokens.
ALTER TABLE catalog_token ADD COLUMN idle_seconds bigint;
