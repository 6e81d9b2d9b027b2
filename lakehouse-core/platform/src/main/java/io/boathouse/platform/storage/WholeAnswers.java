package io.boathouse.platform.storage;

import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Refuses answers that ended within their head. The HTTP client takes them for shorter ones, and a
 * listing without its body would be the listing of an empty folder.
 */
final class WholeAnswers implements ExecutionInterceptor {
  private static final int NO_CONTENT = 204;

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
    SdkHttpResponse answer = context.httpResponse();
    SdkHttpMethod method = context.httpRequest().method();
    boolean sized = has(answer, "Content-Length");
    boolean whole =
        method == SdkHttpMethod.HEAD
            ? sized && has(answer, "ETag") && has(answer, "Last-Modified")
            : (method != SdkHttpMethod.GET && method != SdkHttpMethod.POST)
                || sized
                || has(answer, "Transfer-Encoding")
                || has(answer, "Connection");
    if (answer.isSuccessful() && answer.statusCode() != NO_CONTENT && !whole) {
      throw RetryableException.create("The answer ended within its head");
    }
  }

  private static boolean has(SdkHttpResponse answer, String header) {
    return answer.firstMatchingHeader(header).isPresent();
  }
}
