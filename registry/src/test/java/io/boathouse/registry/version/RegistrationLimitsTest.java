package io.boathouse.registry.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.RegistryConfig;
import io.boathouse.registry.RegistryServer;
import io.boathouse.registry.model.RegisteredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistrationLimitsTest {
  private static final FullName NAME = FullName.of("main", "default", "limited");

  @Test
  void moreThanAVersionMayHoldIsRefusedAndCleanedUp() throws IOException {
    RegistryConfig small = new RegistryConfig("main.default", 2, 10, Duration.ofHours(1));
    try (RegistryServer server = RegistryServer.start(small)) {
      RegisteredModel model =
          server
              .registry()
              .models()
              .create(server.admin(), NAME, "limited", Optional.empty(), List.of());
      server.source("many/a", "1");
      server.source("many/b", "1");
      server.source("many/c", "1");
      server.source("large/a", "12345678901");
      for (String source : List.of("runs:/many", "runs:/large", "runs:/large/a")) {
        NewVersion wanted =
            new NewVersion(
                source, Optional.empty(), Optional.empty(), Optional.empty(), "", List.of());
        LakeException failure =
            catchThrowableOfType(
                LakeException.class,
                () -> server.registry().registration().create(server.admin(), NAME, wanted));
        assertThat(failure).as(source).hasMessageContaining("2 files and 10 bytes");
      }
      try (var files = Files.walk(server.root())) {
        assertThat(files.filter(Files::isRegularFile).map(Path::toString))
            .noneMatch(path -> path.contains(model.id().toString()));
      }
    }
  }

  @Test
  void defaultsArePinned() {
    assertThat(RegistryConfig.DEFAULTS)
        .isEqualTo(new RegistryConfig("main.default", 10_000, 10L << 30, Duration.ofHours(1)));
  }
}
