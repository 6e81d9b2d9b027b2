package io.boathouse.catalog.securable;

import java.util.Locale;

/** The kinds of governed things, with the number of parts in their full names. */
public enum SecurableType {
  /** The root of the tree; there is one. */
  METASTORE(0),
  CATALOG(1),
  SCHEMA(2),
  /** A table or a view; the difference is a detail of the relation. */
  TABLE(3),
  VOLUME(3),
  /** A SQL or external function, or a feature spec. */
  FUNCTION(3),
  REGISTERED_MODEL(3),
  /** An experiment lives directly below the metastore; its name is its own single part. */
  EXPERIMENT(1),
  /** A serving endpoint lives directly below the metastore. */
  SERVING_ENDPOINT(1),
  /** How keys to buckets of somebody else are made; lives directly below the metastore. */
  STORAGE_CREDENTIAL(1),
  /** A place outside the server's own storage; lives directly below the metastore. */
  EXTERNAL_LOCATION(1);

  private final int parts;

  SecurableType(int parts) {
    this.parts = parts;
  }

  /** How many parts a full name of this type has. */
  public int parts() {
    return parts;
  }

  /** The type of the parent in the tree; the metastore's parent is itself. */
  public SecurableType parent() {
    return switch (parts) {
      case 3 -> SCHEMA;
      case 2 -> CATALOG;
      default -> METASTORE;
    };
  }

  /** The name in messages, such as "registered model". */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
