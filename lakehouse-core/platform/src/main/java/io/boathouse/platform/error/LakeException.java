package io.boathouse.platform.error;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of the system: a closed {@link ErrorCode}, an open UPPER_SNAKE reason, a
 * message that says problem, cause and remedy, and details that name the offending field and value.
 * Built only in a module's {@code XErrors}.
 */
public final class LakeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String reason;
  private final transient Map<String, String> details;

  /** Creates a failure without a cause. Details must hold no secret: they are sent to clients. */
  public LakeException(ErrorCode code, String reason, String message, Map<String, String> details) {
    this(code, reason, message, details, null);
  }

  /** Creates a failure with the cause for the log; clients never see the cause. */
  public LakeException(
      ErrorCode code,
      String reason,
      String message,
      Map<String, String> details,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.reason = reason;
    this.details = Map.copyOf(details);
  }

  public ErrorCode code() {
    return code;
  }

  /** An UPPER_SNAKE word finer than the code, such as {@code TABLE_NOT_FOUND}. */
  public String reason() {
    return reason;
  }

  /** The offending fields and values by name. */
  public Map<String, String> details() {
    return details;
  }

  /** The message; never null, unlike {@link #getMessage()} in general. */
  public String message() {
    return String.valueOf(getMessage());
  }
}
