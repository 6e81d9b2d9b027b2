package io.boathouse.featurestore.feast;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.featurestore.lookup.AssembledRows;
import io.boathouse.featurestore.online.CellStatus;
import io.boathouse.featurestore.spec.OutputColumn;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a lookup, column by column: a result belongs to the feature name at its place and
 * has a value for each entity row. Entities come first.
 */
final class OnlineFeatures {
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Set<String> twice = new LinkedHashSet<>();

  record Column(
      @JsonProperty("values") List<@Nullable Object> values,
      @JsonProperty("statuses") List<String> statuses,
      @JsonProperty("event_timestamps") List<String> eventTimestamps) {}

  record Metadata(@JsonProperty("feature_names") List<String> featureNames) {}

  record Body(
      @JsonProperty("metadata") Metadata metadata, @JsonProperty("results") List<Column> results) {}

  /** An entity or another value of the request, as it came. */
  void given(String name, List<@Nullable Object> values) {
    List<String> statuses =
        values.stream().map(value -> value == null ? "NULL_VALUE" : "PRESENT").toList();
    columns.put(
        name,
        new Column(
            Collections.unmodifiableList(new ArrayList<>(values)),
            statuses,
            Collections.nCopies(values.size(), Instant.EPOCH.toString())));
  }

  /** An output of a lookup. @param lookup which one it is of */
  void looked(String name, AssembledRows rows, int column, int lookup) {
    List<@Nullable Object> values = new ArrayList<>(rows.rows());
    List<String> statuses = new ArrayList<>(rows.rows());
    List<String> times = new ArrayList<>(rows.rows());
    for (int row = 0; row < rows.rows(); row++) {
      values.add(rows.value(row, column));
      statuses.add(word(rows.status(row, column)));
      long micros = rows.eventMicros(row, lookup);
      times.add(
          (micros == Long.MIN_VALUE ? Instant.EPOCH : Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
              .toString());
    }
    if (columns.put(name, new Column(values, statuses, times)) != null) {
      twice.add(name);
    }
  }

  /** The looked-up outputs of a plan, under the names that a function gives them. */
  void looked(AssembledRows rows, Names names) {
    for (int column = 0; column < rows.columns().size(); column++) {
      OutputColumn output = rows.columns().get(column);
      if (output.source()
          instanceof OutputColumn.Source.Looked(int lookup, var feature, var none)) {
        looked(names.of(output, lookup), rows, column, lookup);
      }
    }
  }

  /** How an output is called in the reply. */
  interface Names {
    String of(OutputColumn output, int lookup);
  }

  Body body() {
    if (!twice.isEmpty()) {
      throw FeastErrors.invalid(
          "features", twice.toString(), "names that differ; send full_feature_names");
    }
    return new Body(new Metadata(List.copyOf(columns.keySet())), List.copyOf(columns.values()));
  }

  private static String word(CellStatus status) {
    return switch (status) {
      case PRESENT -> "PRESENT";
      case NULL -> "NULL_VALUE";
      case NOT_FOUND -> "NOT_FOUND";
      case LATE -> throw FeastErrors.late();
    };
  }
}
