package io.boathouse.catalog.location;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of storage credentials and external locations. */
final class LocationErrors {
  private LocationErrors() {}

  static LakeException invalid(String field, String value, String expected) {
    String shown = shown(value);
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_LOCATION",
        "%s is '%s' (expected: %s).".formatted(field, shown, expected),
        Map.of("field", field, "value", shown));
  }

  static LakeException unknownEndpoint(String field, String endpoint) {
    return new LakeException(
        INVALID_ARGUMENT,
        "ENDPOINT_NOT_ALLOWED",
        ("%s is '%s', to which this server does not send requests. Its operator can name the"
                + " address in storage.external_endpoints.")
            .formatted(field, shown(endpoint)),
        Map.of("field", field, "value", shown(endpoint)));
  }

  static LakeException localFolder(String url) {
    return new LakeException(
        INVALID_ARGUMENT,
        "FOLDER_NOT_ALLOWED",
        ("url is '%s', a folder of the server's disk that is not released for use. Its operator can"
                + " name a folder above it in storage.external_roots.")
            .formatted(shown(url)),
        Map.of("field", "url", "value", shown(url)));
  }

  static LakeException overlap(String field, String url, String what) {
    return new LakeException(
        INVALID_ARGUMENT,
        "LOCATION_OVERLAP",
        "%s is '%s', which overlaps %s. Choose a place of its own."
            .formatted(field, shown(url), what),
        Map.of("field", field, "value", shown(url)));
  }

  static LakeException inUse(String name, String by) {
    return new LakeException(
        FAILED_PRECONDITION,
        "LOCATION_IN_USE",
        "'%s' is used by %s. Delete them first, or say force.".formatted(name, by),
        Map.of("name", name));
  }

  static LakeException moved(String name) {
    return new LakeException(
        FAILED_PRECONDITION,
        "LOCATION_IN_USE",
        "Tables or volumes lie in '%s', so its url stays. Delete them first.".formatted(name),
        Map.of("field", "url", "name", name));
  }

  static LakeException noRole() {
    return new LakeException(
        FAILED_PRECONDITION,
        "CREDENTIAL_WITHOUT_ROLE",
        "The location's storage credential has no role, so there are no keys to give that are good"
            + " for one folder only. Set s3_compatible.access_role and sts_endpoint.",
        Map.of());
  }

  static LakeException notOpened(String url) {
    return new LakeException(
        FAILED_PRECONDITION,
        "LOCATION_NOT_OPENED",
        "'%s' lies in no external location, so the server does not open it. Create a location for it."
            .formatted(shown(url)),
        Map.of("field", "storage_location", "value", shown(url)));
  }

  static LakeException readOnly(String url) {
    return new LakeException(
        PERMISSION_DENIED,
        "LOCATION_IS_READ_ONLY",
        "The external location of '%s' is for reading only.".formatted(shown(url)),
        Map.of("location", shown(url)));
  }

  static LakeException belongsToATable(String url) {
    return new LakeException(
        PERMISSION_DENIED,
        "PLACE_IS_TAKEN",
        "A table or volume lies at '%s'. Ask for access to it by its id.".formatted(shown(url)),
        Map.of("location", shown(url)));
  }

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > 200 ? printable.substring(0, 200) + "…" : printable;
  }
}
