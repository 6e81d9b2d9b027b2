package io.boathouse.platform.http;

/**
 * The error bodies of the protocols that we speak. Rendering is one exhaustive switch per format in
 * {@link ErrorRenderer}.
 */
public enum ErrorFormat {
  /** MLflow and the Databricks workspace API: {@code error_code}, {@code message}. */
  DATABRICKS,
  /** Unity Catalog: {@code error_code}, {@code message}, {@code details[ErrorInfo]}. */
  UNITY_CATALOG,
  /** Open Inference Protocol: {@code error}. */
  OPEN_INFERENCE,
  /** Model Context Protocol: a JSON-RPC 2.0 error object. */
  JSON_RPC,
  /** SCIM 2.0 (RFC 7644 section 3.12): {@code schemas}, {@code status}, {@code detail}. */
  SCIM,
  /** Iceberg REST: {@code error} with {@code message}, {@code type} and {@code code}. */
  ICEBERG,
  /** Unity Catalog's Delta API: as Iceberg's, with types of its own. */
  DELTA,
  /** OAuth 2.0 (RFC 6749 section 5.2): {@code error}, {@code error_description}. */
  OAUTH,
  /** Plain text, for probes. */
  TEXT
}
