package io.boathouse.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Java test sources of the whole repository. */
final class TestSources {
  private TestSources() {}

  static List<Path> all() throws IOException {
    try (Stream<Path> files =
        Files.find(PackagedServer.repository(), 30, (file, kind) -> kind.isRegularFile())) {
      return files.filter(TestSources::isTestSource).toList();
    }
  }

  private static boolean isTestSource(Path file) {
    String name = file.toString();
    return name.contains("/src/test/java/") && name.endsWith(".java");
  }

  /** The simple names of the files' classes. */
  static Set<String> names() throws IOException {
    return all().stream()
        .map(file -> file.getFileName().toString().replace(".java", ""))
        .collect(Collectors.toSet());
  }
}
