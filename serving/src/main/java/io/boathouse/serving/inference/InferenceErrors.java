package io.boathouse.serving.inference;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of requests to models. */
public final class InferenceErrors {
  private static final String BAD_REQUEST = "BAD_REQUEST";
  private static final int LONGEST = 120;

  private InferenceErrors() {}

  static LakeException frozen(String endpoint, String reason) {
    return new LakeException(
        FAILED_PRECONDITION,
        "ENDPOINT_FROZEN",
        "Endpoint '%s' is frozen: %s. Ask those who manage it; it answers when it is thawed."
            .formatted(endpoint, reason),
        Map.of("endpoint", endpoint));
  }

  static LakeException notOneForm(boolean object, List<String> fields) {
    String received =
        object ? "Received dictionary with input fields: " + fields : "Received no dictionary";
    return bad(
        "The input must be a JSON dictionary with exactly one of the input fields"
            + " {'dataframe_split', 'dataframe_records', 'instances', 'inputs'}. "
            + shorten(received)
            + ".",
        Map.of("field", "body"));
  }

  static LakeException signatureName() {
    return bad(
        "The field 'signature_name' is not supported, as a model has one signature. Leave it out.",
        Map.of("field", "signature_name"));
  }

  static LakeException wrongForm(String field, String expected) {
    return bad(
        "The field '%s' must be %s.".formatted(shorten(field), expected),
        Map.of("field", shorten(field)));
  }

  static LakeException unknownParam(String model, String param, List<String> known) {
    return bad(
        known.isEmpty()
            ? "The signature of %s has no params, and the request has '%s'. Leave it out."
                .formatted(model, shorten(param))
            : "The signature of %s has no parameter '%s'; it has %s."
                .formatted(model, shorten(param), known),
        Map.of("field", "params." + shorten(param)));
  }

  static LakeException unusedParam(String model, String param, List<String> inputs) {
    return bad(
        "The parameter '%s' would change nothing: %s has no input of that name beside %s. Leave it out."
            .formatted(shorten(param), model, inputs),
        Map.of("field", "params." + shorten(param)));
  }

  static LakeException wrongParam(String param, String type, String found) {
    return bad(
        "The parameter '%s' is of type %s and the request has %s. Send a value of that type."
            .formatted(shorten(param), type, shorten(found)),
        Map.of("field", "params." + shorten(param), "value", shorten(found)));
  }

  static LakeException missingParam(String param) {
    return bad(
        "The parameter '%s' has no default and is not given. Send it under params."
            .formatted(shorten(param)),
        Map.of("field", "params." + shorten(param)));
  }

  static LakeException duplicateColumn(String column) {
    return bad(
        "The column '%s' is given twice. Give it once.".formatted(shorten(column)),
        Map.of("field", shorten(column)));
  }

  static LakeException wrongWidth(String field, int found, List<String> columns) {
    return bad(
        "'%s' has %d cells and there are %d columns: %s."
            .formatted(field, found, columns.size(), shorten(columns.toString())),
        Map.of("field", field));
  }

  static LakeException unevenColumns(String column, int found, int others) {
    return bad(
        "The column '%s' has %d cells and the ones before it %d."
            .formatted(shorten(column), found, others),
        Map.of("field", shorten(column)));
  }

  static LakeException missingColumn(int row, String column, List<String> expected) {
    return bad(
        "The column '%s' is missing in row %d. The model takes: %s."
            .formatted(column, row, shorten(expected.toString())),
        Map.of("field", column, "row", Integer.toString(row)));
  }

  static LakeException noKnownColumn(List<String> found, List<String> expected) {
    return bad(
        "None of the columns %s is one of the model's, which are %s."
            .formatted(shorten(found.toString()), shorten(expected.toString())),
        Map.of("field", found.isEmpty() ? "body" : shorten(found.getFirst())));
  }

  static LakeException wrongType(int row, String column, String type, String found) {
    return bad(
        "The column '%s' is of type %s and row %d has %s. Send a value of that type."
            .formatted(column, type, row, shorten(found)),
        Map.of("field", column, "row", Integer.toString(row), "value", shorten(found)));
  }

  static LakeException nullNotAllowed(int row, String column, String type) {
    return bad(
        "The column '%s' is of type %s, which cannot be missing, and row %d has null."
            .formatted(column, type, row),
        Map.of("field", column, "row", Integer.toString(row), "value", "null"));
  }

  static LakeException wrongElement(String tensor, String datatype, String found) {
    return bad(
        "The tensor '%s' is of type %s and has the element %s."
            .formatted(shorten(tensor), datatype, shorten(found)),
        Map.of("field", shorten(tensor), "value", shorten(found)));
  }

  static LakeException ragged(String tensor) {
    return bad(
        "The tensor '%s' has lists of different lengths where all must be as long."
            .formatted(shorten(tensor)),
        Map.of("field", shorten(tensor)));
  }

  static LakeException wrongTensors(List<String> found, List<String> expected) {
    return bad(
        "The model takes the tensors %s and got %s.".formatted(expected, shorten(found.toString())),
        Map.of("field", "inputs", "value", shorten(found.toString())));
  }

  static LakeException signatureMismatch(String model, String problem) {
    return new LakeException(
        FAILED_PRECONDITION,
        "SIGNATURE_MISMATCH",
        "Model '%s' cannot be served: %s. Log it with a signature that fits its inputs."
            .formatted(model, problem),
        Map.of("model", model));
  }

  /** All slots of an endpoint are taken. */
  public static LakeException tooBusy(String endpoint, int slots) {
    return new LakeException(
        RATE_LIMITED,
        "ENDPOINT_BUSY",
        "Endpoint '%s' has %d requests in work, as many as it takes. Retry in a second."
            .formatted(endpoint, slots),
        Map.of("endpoint", endpoint));
  }

  /** A limit of requests by the minute is used up. */
  static LakeException rateLimited(String endpoint, String principal, long calls, long seconds) {
    return new LakeException(
        RATE_LIMITED,
        "REQUEST_LIMIT_EXCEEDED",
        "Endpoint '%s' takes %d requests a minute%s. Retry in %d s."
            .formatted(
                endpoint,
                calls,
                principal.isEmpty() ? "" : " of '" + shorten(principal) + "'",
                seconds),
        Map.of("endpoint", endpoint, "retry_after", Long.toString(seconds)));
  }

  /** No served entity of that name. */
  public static LakeException noSuchEntity(String endpoint, String entity, List<String> known) {
    return new LakeException(
        NOT_FOUND,
        "SERVED_ENTITY_NOT_FOUND",
        "Endpoint '%s' serves no '%s'. It serves %s.".formatted(endpoint, shorten(entity), known),
        Map.of("field", "served_model_name", "value", shorten(entity)));
  }

  private static LakeException bad(String message, Map<String, String> details) {
    return new LakeException(INVALID_ARGUMENT, BAD_REQUEST, message, details);
  }

  private static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }
}
