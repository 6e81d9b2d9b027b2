package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.config.ConfigView;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void noSecretIsInWhatIsShownOfAConfiguration(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("boathouse.yaml"),
            """
            auth: {issuers: {company: {issuer: "https://login.example.org", audiences: [boathouse],
              jwks_uri: "https://hush.example.org/keys", client_id: hush, client_secret: "${env:HUSH}"}}}
            openlineage: {url: "https://hush:hush@example.org/v1", api_key: "${env:HUSH}"}
            database: {url: "jdbc:postgresql://db/boathouse?password=hush", user: hush, password: "${env:HUSH}"}
            storage: {bucket: shown-bucket, endpoint: "https://hush@example.org", access_key: "${env:HUSH}",
              secret_key: "${env:HUSH}", access_role: "arn:aws:iam::123456789012:role/hush", sts_endpoint: "https://hush.example.org"}
            secrets: {sealing_key: "${env:HUSH}"}
            telemetry: {otlp_endpoint: "https://hush@example.org/v1/traces"}
            feature_store: {online: {store: redis, url: "redis://hush:6379/0", user: hush, password: "${env:HUSH}"}}
            """);
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(
                Optional.of(file), Map.of("HUSH", "hush".repeat(10)), Map.of("server.port", "7")));
    List<ConfigView.Setting> shown = config.view().settings();
    assertThat(shown.toString()).doesNotContain("hush");
    assertThat(shown)
        .contains(
            new ConfigView.Setting("server.port", Optional.of("7"), false, false),
            new ConfigView.Setting("storage.bucket", Optional.of("shown-bucket"), false, false),
            new ConfigView.Setting("auth.issuers", Optional.empty(), false, true),
            new ConfigView.Setting("server.limits.body_bytes", Optional.of("16MB"), true, false));
    assertThat(shown).filteredOn(ConfigView.Setting::hidden).hasSize(16);
  }
}
