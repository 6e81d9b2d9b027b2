package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.sql.govern.TableUse.AsOf;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads which version of a table, or which changes of it, a query means: version numbers and times,
 * as constants or parameters.
 */
final class TimeTravel {
  private static final DateTimeFormatter LOCAL =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd[[' ']['T']HH:mm[:ss]]")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .toFormatter();

  private TimeTravel() {}

  static AsOf read(JsonNode clause, Map<String, QueryParameter> parameters) {
    if (clause.isNull() || clause.isMissingNode()) {
      return new AsOf.Latest();
    }
    String text = constant(clause.path("expr"), parameters);
    return switch (clause.path("unit").asText().toUpperCase(Locale.ROOT)) {
      case "VERSION" -> new AsOf.Version(version(text));
      case "TIMESTAMP" -> new AsOf.Timestamp(time(text));
      default -> throw GovernErrors.invalidTimeTravel("has neither VERSION nor TIMESTAMP");
    };
  }

  /**
   * Reads a call of {@code table_changes(name, from [, to])}.
   *
   * @return the table's name and the range of its versions
   */
  static TableUse changes(JsonNode call, Map<String, QueryParameter> parameters) {
    JsonNode arguments = call.path("arguments");
    boolean named = false;
    for (JsonNode argument : arguments) {
      named |= !argument.path("name").asText().isEmpty();
    }
    if (named || arguments.size() < 2 || arguments.size() > 3) {
      throw GovernErrors.invalidChanges("takes a table's name, a start and perhaps an end");
    }
    AsOf from = point(arguments.get(1), parameters);
    AsOf to = arguments.size() == 2 ? new AsOf.Latest() : point(arguments.get(2), parameters);
    String name = constant(arguments.get(0).path("expression"), parameters);
    return new TableUse(List.of(name.split("\\.", -1)), new AsOf.Changes(from, to));
  }

  private static AsOf point(JsonNode argument, Map<String, QueryParameter> parameters) {
    String text = constant(argument.path("expression"), parameters);
    return text.matches("-?\\d+")
        ? new AsOf.Version(version(text))
        : new AsOf.Timestamp(time(text));
  }

  private static String constant(JsonNode expression, Map<String, QueryParameter> parameters) {
    return switch (expression.path("class").asText()) {
      case "CONSTANT" -> expression.path("literal").path("text").asText();
      case "CAST" -> constant(expression.path("child"), parameters);
      case "PARAMETER" -> {
        QueryParameter parameter = parameters.get(expression.path("identifier").asText());
        if (parameter == null || parameter.value().isEmpty()) {
          throw GovernErrors.invalidTimeTravel("has a parameter without a value");
        }
        yield parameter.value().get();
      }
      default -> throw GovernErrors.invalidTimeTravel("is no constant");
    };
  }

  private static long version(String text) {
    try {
      long version = Long.parseLong(text);
      if (version >= 0) {
        return version;
      }
    } catch (NumberFormatException e) {
      // told below, with the negative ones
    }
    throw GovernErrors.invalidTimeTravel("has a version that is no whole number from 0");
  }

  private static Instant time(String text) {
    try {
      return text.endsWith("Z") || text.matches(".*[+-]\\d\\d:\\d\\d")
          ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text.replace(' ', 'T'), Instant::from)
          : LocalDateTime.parse(text, LOCAL).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw GovernErrors.invalidTimeTravel("has a time that cannot be read");
    }
  }
}
