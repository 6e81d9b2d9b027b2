package io.boathouse.platform.storage;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The content of an object. Where the connection breaks or falls silent, it goes on from there with
 * the same version of the object, a bounded number of times; then reading fails with a
 * LakeException UNAVAILABLE.
 */
final class S3Input extends InputStream {
  private static final Logger LOG = LoggerFactory.getLogger(S3Input.class);
  private static final int MOST_RESUMPTIONS = 5;

  private final Source source;
  private final GetObjectRequest request;
  private final StoragePath path;
  private final String eTag;
  private final long size;
  private @Nullable ResponseInputStream<GetObjectResponse> answer;
  private long position;
  private int resumptions;

  /** Asks for an object, or a range of it. */
  @FunctionalInterface
  interface Source {
    ResponseInputStream<GetObjectResponse> get(GetObjectRequest request);
  }

  S3Input(Source source, GetObjectRequest request, StoragePath path) {
    ResponseInputStream<GetObjectResponse> first = source.get(request);
    this.source = source;
    this.request = request;
    this.path = path;
    this.eTag = first.response().eTag();
    Long length = first.response().contentLength();
    if (length == null || eTag == null) {
      first.abort();
      throw SdkClientException.create("The answer ended within its head");
    }
    this.size = length;
    this.answer = first;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (length == 0 || position == size) {
      return length == 0 ? 0 : -1;
    }
    while (true) {
      ResponseInputStream<GetObjectResponse> from = answer();
      try {
        int count = from.read(buffer, offset, length);
        if (count > 0) {
          position += count;
          return count;
        }
        broken(new IOException("The answer ended after byte " + position + " of " + size));
      } catch (IOException | SdkException e) {
        broken(e);
      }
    }
  }

  private ResponseInputStream<GetObjectResponse> answer() {
    ResponseInputStream<GetObjectResponse> current = answer;
    if (current == null) {
      String range = "bytes=" + position + "-";
      try {
        current = source.get(request.toBuilder().range(range).ifMatch(eTag).build());
      } catch (SdkException e) {
        throw StorageErrors.unavailable(path, e);
      }
      answer = current;
      if (!eTag.equals(current.response().eTag())) {
        giveUp();
        throw StorageErrors.changed(path);
      }
      if (!told(current.response().contentRange())) {
        giveUp();
        throw StorageErrors.unavailable(
            path, new IOException("The answer ended within its head, at the length"));
      }
    }
    return current;
  }

  /** A length whose digits were cut off is not the one that the next answer tells. */
  private boolean told(@Nullable String contentRange) {
    return request.range() != null || (contentRange != null && contentRange.endsWith("/" + size));
  }

  private void broken(Exception cause) {
    giveUp();
    if (++resumptions > MOST_RESUMPTIONS || Thread.currentThread().isInterrupted()) {
      throw StorageErrors.unavailable(path, cause);
    }
    LOG.debug("Reading {} goes on at byte {} of {}", path, position, size, cause);
  }

  /** Closing would read what is left of the answer. */
  private void giveUp() {
    if (answer != null) {
      answer.abort();
      answer = null;
    }
  }

  @Override
  public void close() {
    try {
      if (answer != null && position == size) {
        answer.close();
        answer = null;
      }
    } catch (IOException | SdkException e) {
      LOG.debug("The answer with {} did not end well", path, e);
    } finally {
      giveUp();
    }
  }
}
