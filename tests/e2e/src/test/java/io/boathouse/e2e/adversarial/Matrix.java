package io.boathouse.e2e.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The rows of the matrix, and the lists beside it, as the resources have them. */
final class Matrix {
  private Matrix() {}

  /**
   * A door.
   *
   * @param cells what each of those who ask gets
   * @param asked what is asked: a request's line and body, or a statement and what is compared
   */
  record Row(String door, Map<Who, String> cells, List<String> asked) {
    String first() {
      return asked.getFirst();
    }

    /** What follows, or something else if nothing does. */
    String secondOr(String other) {
      return asked.size() > 1 ? asked.get(1) : other;
    }
  }

  static List<Row> rows(String resource) {
    List<Row> rows = new ArrayList<>();
    for (String line : lines(resource)) {
      List<String> parts = List.of(line.split(" >> ", -1));
      List<String> cells = List.of(parts.get(1).strip().split(" +"));
      assertThat(cells).as(line).hasSameSizeAs(Who.values());
      Map<Who, String> byWho = new EnumMap<>(Who.class);
      for (Who who : Who.values()) {
        byWho.put(who, cells.get(who.ordinal()));
      }
      rows.add(new Row(parts.getFirst(), byWho, parts.subList(2, parts.size())));
    }
    return rows;
  }

  /** The lines that are neither empty nor comments. */
  static List<String> lines(String resource) {
    try (InputStream in = Matrix.class.getResourceAsStream("/bypass/" + resource)) {
      String text =
          new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
