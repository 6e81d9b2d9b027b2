package io.boathouse.platform.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Writes one object: a single request if it is small, else in parts. Nothing is visible before
 * {@link #complete}; closing without it gives up.
 */
final class S3Upload extends OutputStream {
  private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);
  private static final int PART_BYTES = 8 << 20;

  /** What tells one put of an object from all others. */
  static final String ID = "boathouse-put-id";

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final String id = UUID.randomUUID().toString();
  private final List<CompletedPart> parts = new ArrayList<>();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private Optional<String> uploadId = Optional.empty();
  private long size;
  private boolean completed;

  S3Upload(S3Client client, String bucket, String key) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
  }

  @Override
  public void write(int oneByte) {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int done = 0;
    while (done < length) {
      int count = Math.min(length - done, PART_BYTES - buffer.size());
      buffer.write(bytes, offset + done, count);
      done += count;
      if (buffer.size() == PART_BYTES) {
        sendPart();
      }
    }
    size += length;
  }

  /** Makes the object visible. @return its size in bytes */
  long complete() {
    if (uploadId.isEmpty()) {
      var unused =
          client.putObject(
              request -> request.bucket(bucket).key(key),
              RequestBody.fromBytes(buffer.toByteArray()));
    } else {
      if (buffer.size() > 0) {
        sendPart();
      }
      join(uploadId.get());
    }
    completed = true;
    return size;
  }

  /** An upload whose parts were joined is gone when it is asked for again. */
  private void join(String upload) {
    try {
      var unused =
          client.completeMultipartUpload(
              request ->
                  request
                      .bucket(bucket)
                      .key(key)
                      .uploadId(upload)
                      .multipartUpload(joined -> joined.parts(parts)));
    } catch (SdkException e) {
      if (!isThere(e)) {
        throw e;
      }
    }
  }

  private boolean isThere(SdkException failure) {
    try {
      return id.equals(
          client.headObject(request -> request.bucket(bucket).key(key)).metadata().get(ID));
    } catch (SdkException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private void sendPart() {
    if (uploadId.isEmpty()) {
      uploadId =
          Optional.of(
              client
                  .createMultipartUpload(
                      request -> request.bucket(bucket).key(key).metadata(Map.of(ID, id)))
                  .uploadId());
    }
    int number = parts.size() + 1;
    String etag =
        client
            .uploadPart(
                request ->
                    request.bucket(bucket).key(key).uploadId(uploadId.get()).partNumber(number),
                RequestBody.fromBytes(buffer.toByteArray()))
            .eTag();
    if (etag == null) {
      throw SdkClientException.create("The answer to a part of an upload ended within its head");
    }
    parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    buffer.reset();
  }

  @Override
  public void close() throws IOException {
    if (!completed && uploadId.isPresent()) {
      try {
        var unused =
            client.abortMultipartUpload(
                request -> request.bucket(bucket).key(key).uploadId(uploadId.get()));
      } catch (SdkException e) {
        LOG.warn("The parts of an upload of {} stay until the bucket's own rule ends them", key, e);
      }
    }
  }
}
