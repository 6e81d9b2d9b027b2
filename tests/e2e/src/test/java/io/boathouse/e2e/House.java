package io.boathouse.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The rooms of the house as data: where each lies and which others it may use. */
final class House {
  static final String BASE = "io.boathouse";

  /** Each room's package, with the packages of the rooms it may use. */
  static final Map<String, Set<String>> MAY_USE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("platform", Set.of()),
              Map.entry("catalog", Set.of("platform")),
              Map.entry("table", Set.of("platform", "catalog")),
              Map.entry("sql", Set.of("platform", "catalog", "table")),
              Map.entry("ingest", Set.of("platform", "catalog", "table")),
              Map.entry("workflow", Set.of("platform", "catalog", "table", "sql", "ingest")),
              Map.entry("registry", Set.of("platform", "catalog")),
              Map.entry("featurestore", Set.of("platform", "catalog", "table", "sql", "workflow")),
              Map.entry(
                  "training",
                  Set.of("platform", "catalog", "table", "workflow", "registry", "featurestore")),
              Map.entry(
                  "serving",
                  Set.of(
                      "platform",
                      "catalog",
                      "table",
                      "sql",
                      "workflow",
                      "registry",
                      "featurestore")),
              Map.entry(
                  "agents",
                  Set.of("platform", "catalog", "table", "sql", "workflow", "registry", "serving")),
              Map.entry(
                  "server",
                  Set.of(
                      "platform",
                      "catalog",
                      "table",
                      "sql",
                      "ingest",
                      "workflow",
                      "registry",
                      "featurestore",
                      "training",
                      "serving",
                      "agents"))));

  /** Each room's directory in the repository. */
  static final Map<String, String> DIRECTORIES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("platform", "lakehouse-core/platform"),
              Map.entry("catalog", "lakehouse-core/catalog"),
              Map.entry("table", "lakehouse-core/table"),
              Map.entry("sql", "lakehouse-core/sql"),
              Map.entry("ingest", "lakehouse-core/ingest"),
              Map.entry("workflow", "lakehouse-core/workflow"),
              Map.entry("registry", "registry"),
              Map.entry("featurestore", "feature-store"),
              Map.entry("training", "training"),
              Map.entry("serving", "serving"),
              Map.entry("agents", "agents"),
              Map.entry("server", "deploy/server")));

  /** Directories of tests, which keep the rules of style and none of the rules of rooms. */
  static final List<String> TEST_DIRECTORIES =
      List.of("tests/e2e", "tests/conformance", "tests/benchmark");

  private House() {}

  /** The top of the repository, which the build hands in. */
  static Path root() {
    return Path.of(Objects.requireNonNull(System.getProperty("boathouse.root"), "boathouse.root"));
  }

  /** Files below a directory whose name ends so; none when the directory does not exist. */
  static List<Path> files(Path directory, String ending) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
