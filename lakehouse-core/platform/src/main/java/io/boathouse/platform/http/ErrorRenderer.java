package io.boathouse.platform.http;

import com.fasterxml.jackson.databind.node.NullNode;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words a failure in each protocol's own error body. Nothing of our inside is ever told. */
public final class ErrorRenderer {
  private static final Set<String> DATABRICKS_CODES =
      Set.of(
          "ENDPOINT_NOT_FOUND",
          "BAD_REQUEST",
          "INVALID_STATE",
          "FEATURE_DISABLED",
          "RESOURCE_EXHAUSTED",
          "ABORTED",
          "DATA_LOSS",
          "CATALOG_NOT_FOUND",
          "SCHEMA_NOT_FOUND",
          "TABLE_NOT_FOUND");
  private static final Set<String> UNITY_CODES =
      Set.of(
          "CATALOG_NOT_FOUND",
          "SCHEMA_NOT_FOUND",
          "TABLE_NOT_FOUND",
          "CATALOG_ALREADY_EXISTS",
          "SCHEMA_ALREADY_EXISTS",
          "TABLE_ALREADY_EXISTS",
          "STORAGE_CREDENTIAL_ALREADY_EXISTS",
          "EXTERNAL_LOCATION_ALREADY_EXISTS",
          "UNSUPPORTED_TABLE_FORMAT",
          "COMMIT_VERSION_CONFLICT",
          "UPDATE_REQUIREMENT_CONFLICT",
          "OUT_OF_RANGE",
          "DATA_LOSS");
  private static final String ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";
  private static final String SCIM_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";

  private ErrorRenderer() {}

  /**
   * The reply for a failure. What is a mistake of ours says only the request id, under which the
   * log has the rest.
   */
  public static Reply render(ErrorFormat format, LakeException failure, String requestId) {
    String message =
        failure.code() == ErrorCode.INTERNAL
            ? "Internal error. The server's log has the cause under request id " + requestId + "."
            : failure.message();
    Reply reply =
        switch (format) {
          case DATABRICKS -> json(failure, message, databricksCode(failure));
          case UNITY_CATALOG -> unityCatalog(failure, message);
          case OPEN_INFERENCE -> Reply.of(Map.of("error", message));
          case JSON_RPC -> jsonRpc(failure, message);
          case SCIM -> scim(failure, message);
          case ICEBERG -> typed(format, failure, message, icebergType(failure));
          case DELTA -> typed(format, failure, message, deltaType(failure));
          case OAUTH -> oauth(failure, message);
          case TEXT -> Reply.text(message + "\n");
        };
    Reply withStatus = reply.withStatus(status(format, failure));
    return switch (failure.code()) {
      case RATE_LIMITED, UNAVAILABLE ->
          withStatus.withHeader("Retry-After", failure.details().getOrDefault("retry_after", "1"));
      case INVALID_ARGUMENT,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          NOT_FOUND,
          ALREADY_EXISTS,
          CONFLICT,
          FAILED_PRECONDITION,
          TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          UNSUPPORTED,
          DEADLINE_EXCEEDED,
          OUTCOME_UNKNOWN,
          INTERNAL ->
          withStatus;
    };
  }

  /** The HTTP status of a failure in a protocol. */
  public static int status(ErrorFormat format, LakeException failure) {
    return switch (failure.reason()) {
      case HttpErrors.METHOD_NOT_ALLOWED -> 405;
      case HttpErrors.REQUEST_TIMEOUT -> 408;
      default -> status(format, failure.code());
    };
  }

  private static int status(ErrorFormat format, ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS ->
          switch (format) {
            case DATABRICKS, UNITY_CATALOG -> 400;
            case OPEN_INFERENCE, JSON_RPC, SCIM, ICEBERG, DELTA, OAUTH, TEXT -> 409;
          };
      case CONFLICT -> 409;
      case FAILED_PRECONDITION -> 400;
      case RATE_LIMITED -> 429;
      case TOO_LARGE -> 413;
      case UNSUPPORTED_MEDIA_TYPE -> 415;
      case UNSUPPORTED -> format == ErrorFormat.ICEBERG ? 406 : 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case OUTCOME_UNKNOWN, INTERNAL -> 500;
    };
  }

  private static String databricksCode(LakeException failure) {
    if (DATABRICKS_CODES.contains(failure.reason())) {
      return failure.reason();
    }
    return switch (failure.code()) {
      case INVALID_ARGUMENT -> "INVALID_PARAMETER_VALUE";
      case UNAUTHENTICATED -> "UNAUTHENTICATED";
      case PERMISSION_DENIED -> "PERMISSION_DENIED";
      case NOT_FOUND -> "RESOURCE_DOES_NOT_EXIST";
      case ALREADY_EXISTS -> "RESOURCE_ALREADY_EXISTS";
      case CONFLICT -> "RESOURCE_CONFLICT";
      case FAILED_PRECONDITION -> "INVALID_STATE";
      case RATE_LIMITED -> "REQUEST_LIMIT_EXCEEDED";
      case TOO_LARGE -> "MAX_REQUEST_SIZE_EXCEEDED";
      case UNSUPPORTED_MEDIA_TYPE -> "BAD_REQUEST";
      case UNSUPPORTED -> "NOT_IMPLEMENTED";
      case UNAVAILABLE -> "TEMPORARILY_UNAVAILABLE";
      case DEADLINE_EXCEEDED -> "DEADLINE_EXCEEDED";
      case OUTCOME_UNKNOWN, INTERNAL -> "INTERNAL_ERROR";
    };
  }

  private static String unityCode(LakeException failure) {
    if (UNITY_CODES.contains(failure.reason())) {
      return failure.reason();
    }
    return switch (failure.code()) {
      case INVALID_ARGUMENT, UNSUPPORTED_MEDIA_TYPE, TOO_LARGE -> "INVALID_ARGUMENT";
      case UNAUTHENTICATED -> "UNAUTHENTICATED";
      case PERMISSION_DENIED -> "PERMISSION_DENIED";
      case NOT_FOUND -> "NOT_FOUND";
      case ALREADY_EXISTS -> "RESOURCE_ALREADY_EXISTS";
      case CONFLICT -> "ABORTED";
      case FAILED_PRECONDITION -> "FAILED_PRECONDITION";
      case RATE_LIMITED -> "RESOURCE_EXHAUSTED";
      case UNSUPPORTED -> "UNIMPLEMENTED";
      case UNAVAILABLE -> "UNAVAILABLE";
      case DEADLINE_EXCEEDED -> "DEADLINE_EXCEEDED";
      case OUTCOME_UNKNOWN -> "COMMIT_STATE_UNKNOWN";
      case INTERNAL -> "INTERNAL";
    };
  }

  /** Codes of JSON-RPC 2.0 section 5.1, and of its range for servers. */
  private static int jsonRpcCode(LakeException failure) {
    if (failure.reason().equals("MALFORMED_JSON")) {
      return -32700;
    }
    return switch (failure.code()) {
      case INVALID_ARGUMENT, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE -> -32600;
      case NOT_FOUND, UNSUPPORTED -> -32601;
      case INTERNAL, OUTCOME_UNKNOWN -> -32603;
      case UNAUTHENTICATED,
          PERMISSION_DENIED,
          ALREADY_EXISTS,
          CONFLICT,
          FAILED_PRECONDITION,
          RATE_LIMITED,
          UNAVAILABLE,
          DEADLINE_EXCEEDED ->
          -32000;
    };
  }

  private static Reply json(LakeException failure, String message, String code) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error_code", code);
    body.put("message", message);
    body.put("details", List.of(errorInfo(failure)));
    return Reply.of(body);
  }

  private static Reply unityCatalog(LakeException failure, String message) {
    return json(failure, message, unityCode(failure));
  }

  private static Map<String, Object> errorInfo(LakeException failure) {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("@type", ERROR_INFO);
    info.put("reason", failure.reason());
    info.put("domain", "boathouse.io");
    info.put("metadata", failure.code() == ErrorCode.INTERNAL ? Map.of() : failure.details());
    return info;
  }

  private static Reply jsonRpc(LakeException failure, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", jsonRpcCode(failure));
    error.put("message", message);
    error.put("data", Map.of("reason", failure.reason()));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("jsonrpc", "2.0");
    body.put("id", NullNode.getInstance());
    body.put("error", error);
    return Reply.of(body);
  }

  private static Reply typed(
      ErrorFormat format, LakeException failure, String message, String type) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("message", message);
    error.put("type", type);
    error.put("code", status(format, failure));
    return Reply.of(Map.of("error", error));
  }

  /** The exceptions of delta.yaml; it has none for a server that is away for a moment. */
  private static String deltaType(LakeException failure) {
    return switch (failure.code()) {
      case INVALID_ARGUMENT ->
          switch (failure.reason()) {
            case "UNSUPPORTED_TABLE_FORMAT" -> "UnsupportedTableFormatException";
            case "MALFORMED_JSON", "BAD_REQUEST", "METHOD_NOT_ALLOWED" -> "BadRequestException";
            default -> "InvalidParameterValueException";
          };
      case FAILED_PRECONDITION, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE -> "BadRequestException";
      case UNAUTHENTICATED -> "NotAuthorizedException";
      case PERMISSION_DENIED -> "PermissionDeniedException";
      case NOT_FOUND ->
          switch (failure.reason()) {
            case "TABLE_NOT_FOUND" -> "NoSuchTableException";
            case "CATALOG_NOT_FOUND" -> "NoSuchCatalogException";
            case "SCHEMA_NOT_FOUND" -> "NoSuchSchemaException";
            default -> "NotFoundException";
          };
      case ALREADY_EXISTS -> "AlreadyExistsException";
      case CONFLICT ->
          failure.reason().equals("UPDATE_REQUIREMENT_CONFLICT")
              ? "UpdateRequirementConflictException"
              : "CommitVersionConflictException";
      case RATE_LIMITED ->
          failure.reason().equals("TOO_MANY_UNPUBLISHED_COMMITS")
              ? "ResourceExhaustedException"
              : "TooManyRequestsException";
      case UNSUPPORTED -> "NotImplementedException";
      case OUTCOME_UNKNOWN -> "CommitStateUnknownException";
      case UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL -> "InternalServerErrorException";
    };
  }

  /** The exceptions that clients of Iceberg REST know. */
  private static String icebergType(LakeException failure) {
    return switch (failure.code()) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE ->
          "BadRequestException";
      case UNAUTHENTICATED -> "NotAuthorizedException";
      case PERMISSION_DENIED -> "ForbiddenException";
      case NOT_FOUND ->
          switch (failure.reason()) {
            case "TABLE_NOT_FOUND" -> "NoSuchTableException";
            case "VIEW_NOT_FOUND" -> "NoSuchViewException";
            case "CATALOG_NOT_FOUND", "SCHEMA_NOT_FOUND" -> "NoSuchNamespaceException";
            default -> "NotFoundException";
          };
      case ALREADY_EXISTS -> "AlreadyExistsException";
      case CONFLICT -> "CommitFailedException";
      case RATE_LIMITED, UNAVAILABLE -> "ServiceUnavailableException";
      case UNSUPPORTED -> "UnsupportedOperationException";
      case DEADLINE_EXCEEDED, OUTCOME_UNKNOWN -> "CommitStateUnknownException";
      case INTERNAL -> "InternalServerError";
    };
  }

  private static Reply oauth(LakeException failure, String message) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", oauthError(failure));
    body.put("error_description", message);
    return Reply.of(body).withHeader("Cache-Control", "no-store");
  }

  private static String oauthError(LakeException failure) {
    return switch (failure.code()) {
      case UNAUTHENTICATED -> "invalid_client";
      case INVALID_ARGUMENT ->
          switch (failure.reason()) {
            case "UNSUPPORTED_GRANT_TYPE" -> "unsupported_grant_type";
            case "UNKNOWN_SCOPE" -> "invalid_scope";
            default -> "invalid_request";
          };
      case PERMISSION_DENIED -> "access_denied";
      case RATE_LIMITED, UNAVAILABLE, DEADLINE_EXCEEDED -> "temporarily_unavailable";
      case OUTCOME_UNKNOWN, INTERNAL -> "server_error";
      case NOT_FOUND,
          ALREADY_EXISTS,
          CONFLICT,
          FAILED_PRECONDITION,
          TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          UNSUPPORTED ->
          "invalid_request";
    };
  }

  /** RFC 7644 table 9. */
  private static String scimType(String reason) {
    return switch (reason) {
      case "INVALID_FILTER" -> "invalidFilter";
      case "INVALID_PATH" -> "invalidPath";
      case "NO_TARGET" -> "noTarget";
      case "MUTABILITY" -> "mutability";
      case "MALFORMED_JSON" -> "invalidSyntax";
      default -> "invalidValue";
    };
  }

  private static Reply scim(LakeException failure, String message) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("schemas", List.of(SCIM_SCHEMA));
    body.put("status", Integer.toString(status(ErrorFormat.SCIM, failure)));
    if (failure.code() == ErrorCode.ALREADY_EXISTS) {
      body.put("scimType", "uniqueness");
    } else if (failure.code() == ErrorCode.INVALID_ARGUMENT) {
      body.put("scimType", scimType(failure.reason()));
    }
    body.put("detail", message);
    byte[] bytes = Json.writeText(body).getBytes(StandardCharsets.UTF_8);
    return new Reply(200, Map.of(), new Reply.Body.Bytes("application/scim+json", bytes));
  }
}
