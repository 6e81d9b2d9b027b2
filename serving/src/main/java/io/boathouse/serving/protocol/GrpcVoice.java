package io.boathouse.serving.protocol;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.inference.Answered;
import io.boathouse.serving.inference.Asked;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;

/** Replies in gRPC's framing over HTTP/2, with its status in the trailers. */
final class GrpcVoice implements Voice {
  private static final String STATUS = "grpc-status";
  private static final String MESSAGE = "grpc-message";

  @Override
  public void answer(HttpServerResponse response, Asked asked, Answered answered) {
    response.putHeader("served-model-name", answered.entity().name());
    response.putHeader("databricks-request-id", asked.predictionId());
    send(response, answered.body().bytes());
  }

  @Override
  public void refuse(
      HttpServerResponse response, Asked asked, LakeException failure, String requestId) {
    refuse(response, failure);
  }

  /** One message and the status OK. */
  static void send(HttpServerResponse response, byte[] message) {
    response.putHeader("Content-Type", "application/grpc");
    response.putTrailer(STATUS, "0");
    var unused =
        response.end(
            Buffer.buffer(5 + message.length)
                .appendByte((byte) 0)
                .appendInt(message.length)
                .appendBytes(message));
  }

  static void refuse(HttpServerResponse response, LakeException failure) {
    response.putHeader("Content-Type", "application/grpc");
    response.putHeader(STATUS, Integer.toString(status(failure.code())));
    response.putHeader(MESSAGE, encoded(failure.message()));
    String retryAfter = failure.details().get("retry_after");
    if (retryAfter != null) {
      response.putHeader("retry-after", retryAfter);
    }
    var unused = response.end();
  }

  /** The codes of gRPC's own list. */
  private static int status(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT, UNSUPPORTED_MEDIA_TYPE -> 3;
      case DEADLINE_EXCEEDED -> 4;
      case NOT_FOUND -> 5;
      case ALREADY_EXISTS -> 6;
      case PERMISSION_DENIED -> 7;
      case RATE_LIMITED, TOO_LARGE -> 8;
      case FAILED_PRECONDITION -> 9;
      case CONFLICT -> 10;
      case UNSUPPORTED -> 12;
      case INTERNAL -> 13;
      case UNAVAILABLE -> 14;
      case OUTCOME_UNKNOWN -> 2;
      case UNAUTHENTICATED -> 16;
    };
  }

  /** Percent-encoded as gRPC asks: printable ASCII stays. */
  private static String encoded(String message) {
    StringBuilder text = new StringBuilder();
    for (byte value : message.getBytes(StandardCharsets.UTF_8)) {
      if (value >= 0x20 && value <= 0x7e && value != '%') {
        text.append((char) value);
      } else {
        text.append('%').append("%02X".formatted(value & 0xff));
      }
    }
    return text.toString();
  }
}
