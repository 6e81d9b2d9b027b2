package io.boathouse.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.boathouse.platform.db.DatabaseConfig;
import io.boathouse.platform.http.HttpConfig;
import io.boathouse.platform.http.HttpLimits;
import io.boathouse.platform.http.HttpTimeouts;
import io.boathouse.platform.lane.LaneConfig;
import io.boathouse.platform.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  /** A tree of sections as a server has it. */
  record Sections(HttpConfig server, DatabaseConfig database, Sample sample) {
    static final Sections DEFAULTS =
        new Sections(HttpConfig.DEFAULTS, DatabaseConfig.DEFAULTS, Sample.DEFAULTS);
  }

  /** Every kind of value. */
  record Sample(
      boolean on, double share, Mode mode, Map<String, String> labels, Optional<Secret> key) {
    static final Sample DEFAULTS = new Sample(true, 0.5, Mode.FAST, Map.of(), Optional.empty());

    enum Mode {
      FAST,
      EXACT
    }
  }

  @TempDir Path folder;

  private Sections load(String yaml, Map<String, String> environment, Map<String, String> flags)
      throws Exception {
    Path file = Files.writeString(folder.resolve("boathouse.yaml"), yaml);
    return new ConfigLoader(Set.of("BOATHOUSE_TOKEN"))
        .load(Sections.DEFAULTS, new ConfigSources(Optional.of(file), environment, flags));
  }

  private String problemsOf(
      String yaml, Map<String, String> environment, Map<String, String> flags) {
    Throwable thrown = catchThrowable(() -> load(yaml, environment, flags));
    return String.valueOf(thrown.getMessage());
  }

  @Test
  void withoutSourcesTheDefaultsHold() throws Exception {
    assertThat(load("", Map.of("HOME", "/x", "BOATHOUSE_TOKEN", "t"), Map.of()))
        .isEqualTo(Sections.DEFAULTS);
    assertThat(load("server:\nsample: {}\n", Map.of(), Map.of())).isEqualTo(Sections.DEFAULTS);
  }

  @Test
  void readsEveryKindOfValue() throws Exception {
    Sections loaded =
        load(
            """
            server:
              port: 9000
              allowed_hosts: [a.example.com, b.example.com]
              limits:
                body_bytes: 1MB
                upload_bytes: 2 GB
              timeouts:
                idle: 5m
            database:
              url: jdbc:postgresql://db/boathouse
              password: ${env:DB_PASSWORD}
            sample:
              on: false
              share: 0.25
              mode: exact
              labels: {team: air}
              key: ${env:KEY}
            """,
            Map.of("DB_PASSWORD", "pw", "KEY", "k"),
            Map.of());
    assertThat(loaded.server().port()).isEqualTo(9_000);
    assertThat(loaded.server().allowedHosts()).containsExactly("a.example.com", "b.example.com");
    assertThat(loaded.server().limits().bodyBytes()).isEqualTo(1 << 20);
    assertThat(loaded.server().limits().uploadBytes()).isEqualTo(2L << 30);
    assertThat(loaded.server().timeouts().idle()).isEqualTo(Duration.ofMinutes(5));
    assertThat(loaded.database().password()).contains("pw");
    assertThat(loaded.toString()).doesNotContain("pw");
    assertThat(loaded.sample().mode()).isEqualTo(Sample.Mode.EXACT);
    assertThat(loaded.sample().labels()).containsEntry("team", "air");
    assertThat(loaded.sample().key().orElseThrow().reveal()).isEqualTo("k");
  }

  @Test
  void theEnvironmentOverridesTheFileAndFlagsOverrideBoth() throws Exception {
    String yaml = "server:\n  port: 1\n  limits:\n    requests: 1\n";
    Map<String, String> environment =
        Map.of("BOATHOUSE_SERVER_PORT", "2", "BOATHOUSE_SERVER_LIMITS_REQUESTS", "2");
    assertThat(load(yaml, environment, Map.of()).server().port()).isEqualTo(2);
    Sections both = load(yaml, environment, Map.of("server.port", "3"));
    assertThat(both.server().port()).isEqualTo(3);
    assertThat(both.server().limits().requests()).isEqualTo(2);
    assertThat(
            load("", Map.of("BOATHOUSE_SERVER_ALLOWED_HOSTS", "a, b"), Map.of())
                .server()
                .allowedHosts())
        .containsExactly("a", "b");
  }

  @Test
  void tellsAllProblemsTogetherWithTheNearestKey() {
    String problems =
        problemsOf(
            """
            server:
              prot: 80
              port: 99999
              limits:
                requests: many
            databse:
              pool_size: 5
            sample: 7
            """,
            Map.of("BOATHOUSE_SERVER_HSOT", "x"),
            Map.of("sample.mode.x", "1"));
    assertThat(problems)
        .contains("6 problems")
        .contains("server.prot: no such setting (expected: port?)")
        .contains("server.limits.requests: many (expected: a whole number)")
        .contains("databse: no such setting (expected: database?)")
        .contains("BOATHOUSE_SERVER_HSOT: no such setting (expected: BOATHOUSE_SERVER_HOST?)")
        .contains("sample.mode.x: is below a single value")
        .contains("sample: is a single value (expected: a section of settings)");
  }

  @Test
  void tellsAValueOutsideItsDomainByItsFullKey() {
    assertThat(problemsOf("server:\n  port: 99999\n", Map.of(), Map.of()))
        .contains("server.port: 99999 (expected: 0 to 65535)");
    assertThat(problemsOf("sample:\n  mode: slow\n", Map.of(), Map.of()))
        .contains("sample.mode: slow (expected: one of fast, exact)");
    assertThat(problemsOf("sample:\n  on: yes please\n", Map.of(), Map.of()))
        .contains("sample.on: yes please (expected: true or false)");
  }

  @Test
  void refusesYamlThatSaysTwoThings() {
    assertThat(problemsOf("server: {port: 1}\nserver: {port: 2}\n", Map.of(), Map.of()))
        .contains("Duplicate");
    assertThat(problemsOf("- a\n- b\n", Map.of(), Map.of())).contains("holds no sections");
    assertThat(problemsOf("server: [unclosed\n", Map.of(), Map.of())).contains("line");
  }

  @Test
  void refusesASecretThatIsWrittenOut() {
    assertThat(problemsOf("database:\n  password: hunter2\n", Map.of(), Map.of()))
        .contains("database.password")
        .contains("${env:NAME}")
        .doesNotContain("hunter2");
    assertThat(problemsOf("sample:\n  key: hunter2\n", Map.of(), Map.of()))
        .doesNotContain("hunter2");
  }

  @Test
  void refusesToExposeTokensUnlessUnsafeIsSpelledOut() throws Exception {
    assertThat(problemsOf("server:\n  host: 0.0.0.0\n", Map.of(), Map.of()))
        .contains("server.host: 0.0.0.0 without TLS")
        .contains("unsafe: true");
    assertThat(
            load("server:\n  host: 0.0.0.0\n  unsafe: true\n", Map.of(), Map.of()).server().host())
        .isEqualTo("0.0.0.0");
    assertThat(problemsOf("server:\n  tls_key: k.pem\n", Map.of(), Map.of()))
        .contains("only one is set");
  }

  @Test
  void defaultsArePinned() {
    assertThat(HttpConfig.DEFAULTS)
        .isEqualTo(
            new HttpConfig(
                "127.0.0.1",
                8080,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                new HttpLimits(16 << 20, 10L << 30, 32 << 10, 64L << 20, 4_096, 512),
                new HttpTimeouts(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10)),
                false,
                false));
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(LaneConfig.DEFAULTS).isEqualTo(new LaneConfig(Math.min(2, cores), cores, 1_000));
  }
}
