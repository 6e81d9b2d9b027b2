package io.boathouse.featurestore.table;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.table.FeatureTable.Shape;
import io.boathouse.platform.http.HttpErrors;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parts of a feature table as JSON, on the wire and in the metadata database. */
final class FeatureTableJson {
  private FeatureTableJson() {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ColumnJson(
      @JsonProperty("name") String name,
      @JsonProperty("type") String type,
      @JsonProperty("sql_type") String sqlType,
      @JsonProperty("comment") @Nullable String comment) {
    static ColumnJson of(FeatureColumn column) {
      return new ColumnJson(
          column.name(), column.type().name(), column.sqlType(), column.comment().orElse(null));
    }

    FeatureColumn toColumn() {
      return new FeatureColumn(
          name, ValueType.valueOf(type), sqlType, Optional.ofNullable(comment));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record KnownAtJson(
      @JsonProperty("delay_seconds") @Nullable Long delaySeconds,
      @JsonProperty("column") @Nullable String column,
      @JsonProperty("expression") @Nullable String expression,
      @JsonProperty("commit_time") @Nullable Boolean commitTime) {
    static KnownAtJson of(KnownAt knownAt) {
      return switch (knownAt) {
        case KnownAt.Delay(Duration delay) -> new KnownAtJson(delay.toSeconds(), null, null, null);
        case KnownAt.Column(String column) -> new KnownAtJson(null, column, null, null);
        case KnownAt.Expression(String text) -> new KnownAtJson(null, null, text, null);
        case KnownAt.CommitTime commit -> new KnownAtJson(null, null, null, true);
      };
    }

    KnownAt toKnownAt() {
      boolean commit = Boolean.TRUE.equals(commitTime);
      long given =
          Stream.of(delaySeconds, column, expression, commit ? true : null)
              .filter(Objects::nonNull)
              .count();
      if (given != 1) {
        throw FeatureTableErrors.invalid(
            "known_at", "", "exactly one of delay_seconds, column, expression and commit_time");
      }
      if (commit) {
        return new KnownAt.CommitTime();
      }
      if (column != null) {
        return new KnownAt.Column(column);
      }
      return expression != null
          ? new KnownAt.Expression(expression)
          : new KnownAt.Delay(
              Duration.ofSeconds(HttpErrors.required("delay_seconds", delaySeconds)));
    }
  }

  record ShapeJson(
      @JsonProperty("keys") List<ColumnJson> keys,
      @JsonProperty("event_time") String eventTime,
      @JsonProperty("known_at") KnownAtJson knownAt,
      @JsonProperty("features") List<ColumnJson> features) {
    static ShapeJson of(Shape shape) {
      return new ShapeJson(
          shape.keys().stream().map(ColumnJson::of).toList(),
          shape.eventTime(),
          KnownAtJson.of(shape.knownAt()),
          shape.features().stream().map(ColumnJson::of).toList());
    }

    Shape toShape() {
      return new Shape(
          keys.stream().map(ColumnJson::toColumn).toList(),
          eventTime,
          knownAt.toKnownAt(),
          features.stream().map(ColumnJson::toColumn).toList());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record AggregateJson(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("function") @Nullable String function,
      @JsonProperty("column") @Nullable String column,
      @JsonProperty("percent") @Nullable Integer percent) {
    static AggregateJson of(Aggregate aggregate) {
      return new AggregateJson(
          aggregate.name(),
          aggregate.function().name().toLowerCase(Locale.ROOT),
          aggregate.column().orElse(null),
          aggregate.percent().orElse(null));
    }

    Aggregate toAggregate() {
      return new Aggregate(
          HttpErrors.required("definition.aggregates.name", name),
          Aggregate.Function.parse(HttpErrors.required("definition.aggregates.function", function)),
          Optional.ofNullable(column),
          Optional.ofNullable(percent));
    }
  }

  record WindowedJson(
      @JsonProperty("select") @Nullable String select,
      @JsonProperty("keys") @Nullable List<String> keys,
      @JsonProperty("time_column") @Nullable String timeColumn,
      @JsonProperty("windows") @Nullable List<String> windows,
      @JsonProperty("aggregates") @Nullable List<AggregateJson> aggregates) {
    static WindowedJson of(WindowedDefinition definition) {
      return new WindowedJson(
          definition.select(),
          definition.keys(),
          definition.time(),
          definition.windows().stream().map(Window::label).toList(),
          definition.aggregates().stream().map(AggregateJson::of).toList());
    }

    WindowedDefinition toDefinition() {
      return new WindowedDefinition(
          HttpErrors.required("definition.select", select),
          HttpErrors.required("definition.keys", keys),
          HttpErrors.required("definition.time_column", timeColumn),
          HttpErrors.required("definition.windows", windows).stream().map(Window::parse).toList(),
          HttpErrors.required("definition.aggregates", aggregates).stream()
              .map(AggregateJson::toAggregate)
              .toList());
    }
  }
}
