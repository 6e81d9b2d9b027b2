package io.boathouse.platform.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RoleKeysTest {
  @Test
  void keysAreMadeOnceAndAnewBeforeTheyEnd() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    List<Duration> made = new ArrayList<>();
    RoleKeys keys =
        new RoleKeys(
            lifetime -> {
              made.add(lifetime);
              return new S3Keys("key" + made.size(), "secret", "token", now.get().plus(lifetime));
            },
            now::get);

    assertThat(keys.resolveCredentials().accessKeyId()).isEqualTo("key1");
    now.set(now.get().plus(Duration.ofMinutes(54)));
    assertThat(keys.resolveCredentials().accessKeyId()).isEqualTo("key1");
    now.set(now.get().plus(Duration.ofMinutes(2)));
    assertThat(keys.resolveCredentials().accessKeyId()).isEqualTo("key2");
    assertThat(made).containsExactly(Duration.ofHours(1), Duration.ofHours(1));
  }
}
