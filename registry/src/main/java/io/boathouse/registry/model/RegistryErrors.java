package io.boathouse.registry.model;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of the registry. Clients match some of the wordings, which are MLflow's. */
public final class RegistryErrors {
  private RegistryErrors() {}

  public static LakeException invalidName(String name, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_NAME",
        ("Registered model name '%s' %s. Use a bare name of letters, digits, '_' or '-', or"
                + " catalog.schema.name.")
            .formatted(shown(name), problem),
        Map.of("field", "name", "value", shown(name)));
  }

  public static LakeException modelNotFound(String name) {
    return new LakeException(
        NOT_FOUND,
        "MODEL_NOT_FOUND",
        "Registered Model with name=%s not found. It does not exist, or you may not see it."
            .formatted(shown(name)),
        Map.of("name", shown(name)));
  }

  public static LakeException modelExists(String name) {
    return new LakeException(
        ALREADY_EXISTS,
        "MODEL_ALREADY_EXISTS",
        "Registered Model (name=%s) already exists. Add versions to it, or choose another name."
            .formatted(shown(name)),
        Map.of("field", "name", "value", shown(name)));
  }

  public static LakeException modelNotEmpty(String name) {
    return new LakeException(
        FAILED_PRECONDITION,
        "MODEL_NOT_EMPTY",
        "The registered model '%s' has versions. Delete them first, or delete with force."
            .formatted(shown(name)),
        Map.of("name", shown(name)));
  }

  public static LakeException versionNotFound(String name, String version) {
    return new LakeException(
        NOT_FOUND,
        "MODEL_VERSION_NOT_FOUND",
        "Model Version (name=%s, version=%s) not found. Search its versions to see which exist."
            .formatted(shown(name), shown(version)),
        Map.of("name", shown(name), "version", shown(version)));
  }

  public static LakeException invalidVersion(String version) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_VERSION",
        "Model version must be a whole number from 1, not '%s'.".formatted(shown(version)),
        Map.of("field", "version", "value", shown(version)));
  }

  public static LakeException aliasNotFound(String alias) {
    return new LakeException(
        INVALID_ARGUMENT,
        "ALIAS_NOT_FOUND",
        "Registered model alias %s not found. Set it on a version first.".formatted(shown(alias)),
        Map.of("field", "alias", "value", shown(alias)));
  }

  public static LakeException invalidAlias(String alias, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_ALIAS",
        ("Invalid alias name: '%s' %s. Use up to 255 letters, digits, '_' or '-', and neither"
                + " 'latest' nor 'v' with a number.")
            .formatted(shown(alias), problem),
        Map.of("field", "alias", "value", shown(alias)));
  }

  public static LakeException invalidStage(String stage) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_STAGE",
        ("Invalid Model Version stage: %s. Value must be one of None, Staging, Production,"
                + " Archived.")
            .formatted(shown(stage)),
        Map.of("field", "stage", "value", shown(stage)));
  }

  public static LakeException cannotArchive(String stage) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_STAGE",
        ("Model version transition cannot archive existing model versions because '%s' is not an"
                + " Active stage. Valid stages are Staging and Production.")
            .formatted(stage),
        Map.of("field", "archive_existing_versions", "value", "true"));
  }

  public static LakeException invalidTag(String field, String value, int limit) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TAG",
        "Tag %s '%s' is empty or longer than %d characters. Shorten it."
            .formatted(field, shown(value), limit),
        Map.of("field", field, "value", shown(value)));
  }

  public static LakeException notWritable(String name, int version, String status) {
    return new LakeException(
        FAILED_PRECONDITION,
        "VERSION_NOT_PENDING",
        ("Version %d of model '%s' is %s and its files no longer change. Create a new version to"
                + " write others.")
            .formatted(version, name, status),
        Map.of("name", name, "version", Integer.toString(version), "status", status));
  }

  public static LakeException notPending(String name, int version, String status) {
    return new LakeException(
        FAILED_PRECONDITION,
        "VERSION_NOT_PENDING",
        ("Version %d of model '%s' is %s and can no longer be finalized. Create a new version to"
                + " change its files.")
            .formatted(version, name, status),
        Map.of("name", name, "version", Integer.toString(version), "status", status));
  }

  public static LakeException interrupted() {
    return new LakeException(
        FAILED_PRECONDITION,
        "REGISTRATION_INTERRUPTED",
        "The server stopped while it copied the files. Register again.",
        Map.of());
  }

  public static LakeException fileNotFound(String path) {
    return new LakeException(
        NOT_FOUND,
        "ARTIFACT_NOT_FOUND",
        "The version has no file '%s'. List its files to see which exist.".formatted(shown(path)),
        Map.of("field", "path", "value", shown(path)));
  }

  private static String shown(String value) {
    String plain = value.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
  }
}
