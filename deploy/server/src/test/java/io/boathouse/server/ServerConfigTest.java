package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.config.ConfigSources;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
  private static final Path SHIPPED =
      Path.of(System.getProperty("boathouse.root"), "deploy", "config", "boathouse.yaml");

  @Test
  void theShippedFileSaysTheDefaults() {
    assertThat(ServerConfig.load(new ConfigSources(Optional.of(SHIPPED), Map.of(), Map.of())))
        .isEqualTo(ServerConfig.DEFAULTS);
  }

  @Test
  void theShippedFileNamesEverySetting() throws Exception {
    assertNamed(ServerConfig.class, Files.readString(SHIPPED));
  }

  private static void assertNamed(Class<?> section, String file) {
    for (RecordComponent component : section.getRecordComponents()) {
      String name =
          component.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
      assertThat(file).as(section.getSimpleName()).containsPattern("(?m)^ *(# )?" + name + ":");
      if (component.getType().isRecord()) {
        assertNamed(component.getType(), file);
      }
    }
  }

  @Test
  void sectionsAreDefaultsOfTheirOwners() {
    assertThat(ServerConfig.load(new ConfigSources(Optional.empty(), Map.of(), Map.of())))
        .isEqualTo(ServerConfig.DEFAULTS);
  }
}
