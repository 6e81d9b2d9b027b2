package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.config.ConfigView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The operator's handbook names settings and commands that there are, and defaults that hold. */
class HandbookTest {
  private static final Path ROOT = Path.of(System.getProperty("boathouse.root"));

  private static String handbook() throws IOException {
    return Files.readString(ROOT.resolve("deploy/docs/handbook.md"));
  }

  private static List<String> found(String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(handbook())
        .results()
        .map((MatchResult result) -> result.group(1))
        .distinct()
        .toList();
  }

  @Test
  void settingsExist() throws IOException {
    Set<String> keys =
        ServerConfig.DEFAULTS.view().settings().stream()
            .map(ConfigView.Setting::key)
            .collect(Collectors.toSet());
    Set<String> sections =
        keys.stream().map(key -> key.replaceFirst("\\..*", "")).collect(Collectors.toSet());
    List<String> named =
        found("`([a-z_]+\\.[a-z_.]+)`").stream()
            .filter(name -> sections.contains(name.replaceFirst("\\..*", "")))
            .toList();
    assertThat(named).hasSizeGreaterThan(20).isSubsetOf(keys);
  }

  @Test
  void commandsExist() throws IOException {
    String launcher =
        Files.readString(
            ROOT.resolve(
                "deploy/server/src/main/java/io/boathouse/server/cli/BoathouseCommand.java"));
    for (String command : found("deploy/boathouse ([a-z]+)")) {
      String type = Character.toUpperCase(command.charAt(0)) + command.substring(1) + "Command";
      assertThat(launcher).as(command).contains(type + ".class");
    }
  }

  @Test
  void limitsAreTheDefaults() throws IOException {
    assertThat(limits("server.limits.body_bytes")).contains("16 MB");
    assertThat(ServerConfig.DEFAULTS.server().limits().bodyBytes()).isEqualTo(16 << 20);
    assertThat(limits("sql.concurrency"))
        .contains(
            ServerConfig.DEFAULTS.sql().concurrency() + ", " + ServerConfig.DEFAULTS.sql().queue());
    assertThat(limits("workflow.max_running"))
        .contains(
            ServerConfig.DEFAULTS.workflow().maxRunning()
                + ", "
                + ServerConfig.DEFAULTS.workflow().maxQueued());
    assertThat(limits("server.limits.connections"))
        .contains(
            ServerConfig.DEFAULTS.server().limits().connections()
                + ", "
                + ServerConfig.DEFAULTS.server().limits().requests());
    assertThat(limits("serving.concurrent_requests"))
        .contains(" " + ServerConfig.DEFAULTS.serving().concurrentRequests() + " ");
  }

  /** The row of the table of limits that names a setting. */
  private static String limits(String setting) throws IOException {
    return handbook()
        .lines()
        .filter(line -> line.startsWith("| ") && line.contains("`" + setting + "`"))
        .reduce((first, last) -> last)
        .orElse("");
  }
}
