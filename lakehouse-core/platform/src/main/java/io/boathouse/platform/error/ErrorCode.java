package io.boathouse.platform.error;

/**
 * The closed set of failures. Each wire protocol maps every code in one switch without a default,
 * so that a new code does not compile until every protocol answers it.
 */
public enum ErrorCode {
  /** The request is malformed or a value is out of its domain; sending it again cannot help. */
  INVALID_ARGUMENT,
  /** The credentials are missing, unknown, expired or revoked. */
  UNAUTHENTICATED,
  /** The caller is known and may not do this. */
  PERMISSION_DENIED,
  /** The thing does not exist, or the caller may not know that it does. */
  NOT_FOUND,
  /** Something of that name exists already. */
  ALREADY_EXISTS,
  /** Another writer won; reading again and retrying may succeed. */
  CONFLICT,
  /** The system's state forbids the operation until somebody changes it. */
  FAILED_PRECONDITION,
  /** A quota or rate is used up; retry later. */
  RATE_LIMITED,
  /** The request body or a header is larger than the configured limit. */
  TOO_LARGE,
  /** The content type or encoding of the body is not accepted here. */
  UNSUPPORTED_MEDIA_TYPE,
  /** The protocol has this operation and we do not, yet. */
  UNSUPPORTED,
  /** A part that the operation needs does not answer; retrying may succeed. */
  UNAVAILABLE,
  /** The operation did not end within its deadline. */
  DEADLINE_EXCEEDED,
  /** Whether the operation took effect is not known; read back before retrying. */
  OUTCOME_UNKNOWN,
  /** A defect of ours. */
  INTERNAL
}
