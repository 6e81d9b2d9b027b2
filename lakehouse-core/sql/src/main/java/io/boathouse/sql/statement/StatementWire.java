package io.boathouse.sql.statement;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.govern.QueryParameter;
import io.boathouse.sql.grammar.PositionalMarkers;
import io.boathouse.sql.statement.ResultForm.Disposition;
import io.boathouse.sql.statement.ResultForm.Format;
import io.boathouse.sql.statement.StatementRequest.OnTimeout;
import io.boathouse.sql.warehouse.Session;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JSON of the statement API, both ways. */
final class StatementWire {
  static final String ROOT = "/api/2.0/sql/statements";

  private static final Pattern SECONDS = Pattern.compile("(\\d{1,3})s");
  private static final Duration USUAL_WAIT = Duration.ofSeconds(10);

  private StatementWire() {}

  /** A parameter as sent. */
  record Parameter(
      @JsonProperty("name") Optional<String> name,
      @JsonProperty("ordinal") OptionalInt ordinal,
      @JsonProperty("value") Optional<String> value,
      @JsonProperty("type") Optional<String> type) {
    QueryParameter toParameter() {
      String marker =
          name.filter(text -> !text.isEmpty())
              .or(
                  () ->
                      ordinal.stream()
                          .filter(place -> place > 0)
                          .mapToObj(PositionalMarkers::name)
                          .findFirst())
              .orElseThrow(() -> HttpErrors.missingParameter("parameters.name"));
      return new QueryParameter(marker, value, type.orElse("STRING"));
    }
  }

  /** The body of POST. */
  record Submitted(
      @JsonProperty("statement") Optional<String> statement,
      @JsonProperty("warehouse_id") Optional<String> warehouseId,
      @JsonProperty("catalog") Optional<String> catalog,
      @JsonProperty("schema") Optional<String> schema,
      @JsonProperty("parameters") Optional<List<Parameter>> parameters,
      @JsonProperty("disposition") Optional<String> disposition,
      @JsonProperty("format") Optional<String> format,
      @JsonProperty("wait_timeout") Optional<String> waitTimeout,
      @JsonProperty("on_wait_timeout") Optional<String> onWaitTimeout,
      @JsonProperty("row_limit") OptionalLong rowLimit,
      @JsonProperty("byte_limit") OptionalLong byteLimit,
      @JsonProperty("session_id") Optional<String> sessionId) {

    /**
     * @param session the open session that the statement belongs to
     */
    StatementRequest toRequest(Optional<Session> session) {
      return new StatementRequest(
          markedStatement(),
          warehouseId
              .or(() -> session.map(Session::warehouseId))
              .orElseThrow(() -> HttpErrors.missingParameter("warehouse_id")),
          session.map(Session::defaults).orElse(NameDefaults.STANDARD).with(catalog, schema),
          parameters.orElse(List.of()).stream().map(Parameter::toParameter).toList(),
          positive("row_limit", rowLimit),
          positive("byte_limit", byteLimit),
          patience(),
          onTimeout(),
          form(),
          session);
    }

    /** With names for its markers if the parameters come by position. */
    private String markedStatement() {
      String text = statement.orElseThrow(() -> HttpErrors.missingParameter("statement"));
      boolean positional =
          parameters.orElse(List.of()).stream().anyMatch(one -> one.ordinal().isPresent());
      return positional ? PositionalMarkers.named(text) : text;
    }

    private ResultForm form() {
      Disposition where = choice(Disposition.class, "disposition", disposition, Disposition.INLINE);
      Format how = choice(Format.class, "format", format, Format.JSON_ARRAY);
      if (how == Format.CSV && where != Disposition.EXTERNAL_LINKS) {
        throw HttpErrors.invalidParameter("format", how.name(), "CSV with EXTERNAL_LINKS only");
      }
      return new ResultForm(where, how);
    }

    private static <E extends Enum<E>> E choice(
        Class<E> type, String field, Optional<String> value, E standard) {
      return value
          .map(
              text ->
                  Arrays.stream(type.getEnumConstants())
                      .filter(one -> one.name().equals(text))
                      .findFirst()
                      .orElseThrow(
                          () ->
                              HttpErrors.invalidParameter(
                                  field,
                                  text,
                                  "one of " + Arrays.toString(type.getEnumConstants()))))
          .orElse(standard);
    }

    private static OptionalLong positive(String field, OptionalLong limit) {
      if (limit.isPresent() && limit.getAsLong() < 1) {
        throw HttpErrors.invalidParameter(
            field, Long.toString(limit.getAsLong()), "a number of at least 1");
      }
      return limit;
    }

    /** 0 for at once, or 5 to 50 seconds. */
    private Duration patience() {
      if (waitTimeout.isEmpty()) {
        return USUAL_WAIT;
      }
      Matcher matcher = SECONDS.matcher(waitTimeout.get());
      int seconds = matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
      if (seconds != 0 && (seconds < 5 || seconds > 50)) {
        throw HttpErrors.invalidParameter(
            "wait_timeout", waitTimeout.get(), "\"0s\", or \"5s\" to \"50s\"");
      }
      return Duration.ofSeconds(seconds);
    }

    private OnTimeout onTimeout() {
      return switch (onWaitTimeout.orElse("CONTINUE")) {
        case "CONTINUE" -> OnTimeout.CONTINUE;
        case "CANCEL" -> OnTimeout.CANCEL;
        default ->
            throw HttpErrors.invalidParameter(
                "on_wait_timeout", onWaitTimeout.orElse(""), "CONTINUE or CANCEL");
      };
    }
  }

  /** The reply that tells of a statement, without rows. */
  static ObjectNode reply(StatementView view) {
    ObjectNode reply = Json.mapper().createObjectNode().put("statement_id", view.id().toString());
    ObjectNode status = reply.putObject("status").put("state", view.state().word());
    switch (view.state()) {
      case StatementState.Failed failed -> {
        status.putObject("error").put("error_code", failed.code()).put("message", failed.message());
        status.put("sql_state", failed.sqlState());
      }
      case StatementState.Succeeded(StatementResult result) ->
          reply.set("manifest", ResultWire.manifest(result));
      default -> {}
    }
    return reply;
  }
}
