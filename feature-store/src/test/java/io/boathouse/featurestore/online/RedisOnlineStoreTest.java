package io.boathouse.featurestore.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.secret.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisOnlineStoreTest extends OnlineStoreContract {
  @TempDir static Path folder;
  private static TestRedis redis;

  @BeforeAll
  static void start() {
    redis = new TestRedis(folder);
  }

  @AfterAll
  static void stop() {
    if (redis != null) {
      redis.close();
    }
  }

  @Override
  OnlineStore open() {
    return RedisOnlineStore.open(redis.config());
  }

  @AfterEach
  void forget() {
    store.drop(TABLE.id());
  }

  @Test
  void whatWasWrittenSurvivesAPowerCutAndTheStoreComesBackByItself() {
    store.write(TABLE, List.of(row("ORD", 1, 10, 0.5)));
    redis.kill();
    try {
      assertThatThrownBy(() -> lookup(List.of("ORD", 1L)))
          .isInstanceOfSatisfying(
              LakeException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                assertThat(e.message()).doesNotContain("127.0.0.1");
              });
    } finally {
      redis.restart();
    }
    assertThat(lookup(List.of("ORD", 1L)).value(0, 0)).isEqualTo(0.5);
  }

  @Test
  void wrongPasswordFailsTheStartAndIsNotTold() {
    OnlineStoreConfig config = redis.config();
    OnlineStoreConfig wrong =
        new OnlineStoreConfig(
            config.store(),
            config.url(),
            config.user(),
            Optional.of(new Secret("wrong-one")),
            config.region(),
            config.deadline(),
            config.connections());
    assertThatThrownBy(() -> RedisOnlineStore.open(wrong))
        .isInstanceOfSatisfying(
            LakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
              assertThat(e.message() + e.getCause()).doesNotContain("wrong-one");
            });
    assertThat(wrong.toString()).doesNotContain("wrong-one");
  }
}
