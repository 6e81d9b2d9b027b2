package io.boathouse.platform.storage;

import java.time.Instant;

/** Keys to a part of an S3 store that end by themselves. */
public record S3Keys(
    String accessKeyId, String secretAccessKey, String sessionToken, Instant expiresAt) {
  @Override
  public String toString() {
    return "S3Keys[accessKeyId=" + accessKeyId + ", ***, expiresAt=" + expiresAt + "]";
  }
}
