package io.boathouse.platform.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** Keys of a role, made anew some time before they end. Thread-safe. */
final class RoleKeys implements AwsCredentialsProvider {
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final Duration EARLIER = Duration.ofMinutes(5);

  private final Function<Duration, S3Keys> vendor;
  private final InstantSource clock;
  private @Nullable S3Keys keys;

  /**
   * @param vendor makes keys that live as long as asked for
   */
  RoleKeys(Function<Duration, S3Keys> vendor, InstantSource clock) {
    this.vendor = vendor;
    this.clock = clock;
  }

  @Override
  public synchronized AwsCredentials resolveCredentials() {
    Instant end = clock.instant().plus(EARLIER);
    S3Keys now = keys;
    if (now == null || now.expiresAt().isBefore(end)) {
      now = vendor.apply(LIFETIME);
      keys = now;
    }
    return AwsSessionCredentials.create(
        now.accessKeyId(), now.secretAccessKey(), now.sessionToken());
  }
}
