package io.boathouse.catalog.grant;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.error.LakeException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * What can be granted. A privilege granted on a container holds for everything below it; the owner
 * of a thing or of a container above it has all of them.
 */
public enum Privilege {
  /** Every privilege that the type has, except MANAGE. */
  ALL_PRIVILEGES,
  /** See names and comments without reading data. */
  BROWSE,
  /** Grant and revoke, rename, drop and change the owner. */
  MANAGE,
  /** Set and remove tags. */
  APPLY_TAG,
  USE_CATALOG,
  USE_SCHEMA,
  CREATE_CATALOG,
  CREATE_SCHEMA,
  CREATE_TABLE,
  CREATE_VOLUME,
  CREATE_FUNCTION,
  CREATE_MODEL,
  CREATE_EXPERIMENT,
  CREATE_SERVING_ENDPOINT,
  CREATE_STORAGE_CREDENTIAL,
  /** Make external locations: needed on the metastore, and on the credential that they use. */
  CREATE_EXTERNAL_LOCATION,
  CREATE_EXTERNAL_TABLE,
  CREATE_EXTERNAL_VOLUME,
  /** Read the files of an external location that belong to no table or volume. */
  READ_FILES,
  /** Write such files. */
  WRITE_FILES,
  SELECT,
  MODIFY,
  READ_VOLUME,
  WRITE_VOLUME,
  /** Call a function, load a model version. */
  EXECUTE,
  /** Read an experiment and its runs. */
  CAN_READ,
  /** Log to an experiment; implies CAN_READ. */
  CAN_EDIT,
  /** See a serving endpoint's configuration. */
  CAN_VIEW,
  /** Send requests to a serving endpoint; implies CAN_VIEW. */
  CAN_QUERY,
  /** Everything on an experiment or endpoint. */
  CAN_MANAGE;

  /** Whether the privilege means something for a thing of this type itself. */
  public boolean appliesTo(SecurableType type) {
    return switch (this) {
      case ALL_PRIVILEGES, BROWSE, MANAGE -> true;
      case APPLY_TAG ->
          type != SecurableType.METASTORE
              && type != SecurableType.EXPERIMENT
              && type != SecurableType.SERVING_ENDPOINT;
      case USE_CATALOG, CREATE_SCHEMA -> type == SecurableType.CATALOG;
      case USE_SCHEMA, CREATE_TABLE, CREATE_VOLUME, CREATE_FUNCTION, CREATE_MODEL ->
          type == SecurableType.SCHEMA;
      case CREATE_CATALOG, CREATE_EXPERIMENT, CREATE_SERVING_ENDPOINT, CREATE_STORAGE_CREDENTIAL ->
          type == SecurableType.METASTORE;
      case CREATE_EXTERNAL_LOCATION ->
          type == SecurableType.METASTORE || type == SecurableType.STORAGE_CREDENTIAL;
      case CREATE_EXTERNAL_TABLE, CREATE_EXTERNAL_VOLUME, READ_FILES, WRITE_FILES ->
          type == SecurableType.EXTERNAL_LOCATION;
      case SELECT -> type == SecurableType.TABLE;
      case MODIFY -> type == SecurableType.TABLE || type == SecurableType.REGISTERED_MODEL;
      case READ_VOLUME, WRITE_VOLUME -> type == SecurableType.VOLUME;
      case EXECUTE -> type == SecurableType.FUNCTION || type == SecurableType.REGISTERED_MODEL;
      case CAN_READ, CAN_EDIT -> type == SecurableType.EXPERIMENT;
      case CAN_VIEW, CAN_QUERY -> type == SecurableType.SERVING_ENDPOINT;
      case CAN_MANAGE -> type == SecurableType.EXPERIMENT || type == SecurableType.SERVING_ENDPOINT;
    };
  }

  /** Whether it can be granted on a thing of this type, for itself or for what is below it. */
  public boolean grantableOn(SecurableType type) {
    return Arrays.stream(SecurableType.values())
        .anyMatch(lower -> appliesTo(lower) && (lower == type || isAbove(type, lower)));
  }

  /** Whether holding this privilege is holding the other one, itself included. */
  public boolean implies(Privilege other) {
    return this == other
        || switch (this) {
          case ALL_PRIVILEGES -> other != MANAGE && other != CAN_MANAGE;
          case CAN_MANAGE ->
              other == CAN_EDIT || other == CAN_READ || other == CAN_QUERY || other == CAN_VIEW;
          case CAN_EDIT -> other == CAN_READ;
          case CAN_QUERY -> other == CAN_VIEW;
          default -> false;
        };
  }

  /** Whether, granted on the metastore, it is about the metastore alone and nothing below it. */
  boolean isOfMetastoreAlone() {
    return creates() && appliesTo(SecurableType.METASTORE);
  }

  /** Whether it is the right to create something inside a container. */
  boolean creates() {
    return name().startsWith("CREATE_");
  }

  private static boolean isAbove(SecurableType upper, SecurableType lower) {
    return upper == SecurableType.METASTORE
        || (upper.parts() < lower.parts()
            && (upper == SecurableType.CATALOG || upper == SecurableType.SCHEMA));
  }

  /**
   * Reads a privilege in either spelling, {@code USE_SCHEMA} or {@code USE SCHEMA}, in any case.
   *
   * @throws LakeException INVALID_ARGUMENT if there is no such privilege
   */
  public static Privilege parse(String text) {
    String name = text.trim().toUpperCase(Locale.ROOT).replace(' ', '_');
    return Arrays.stream(values())
        .filter(privilege -> privilege.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new LakeException(
                    INVALID_ARGUMENT,
                    "UNKNOWN_PRIVILEGE",
                    "Privilege '%s' does not exist. Use one of %s."
                        .formatted(name, Arrays.toString(values())),
                    Map.of("field", "privilege", "value", name)));
  }
}
