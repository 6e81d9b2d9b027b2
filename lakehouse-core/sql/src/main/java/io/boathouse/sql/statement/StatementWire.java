package io.boathouse.sql.statement;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.govern.QueryParameter;
import io.boathouse.sql.statement.StatementRequest.OnTimeout;
import io.boathouse.sql.statement.StatementResult.Chunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
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
      @JsonProperty("value") Optional<String> value,
      @JsonProperty("type") Optional<String> type) {}

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
      @JsonProperty("byte_limit") OptionalLong byteLimit) {

    StatementRequest toRequest() {
      inlineOnly();
      return new StatementRequest(
          statement.orElseThrow(() -> HttpErrors.missingParameter("statement")),
          warehouseId.orElseThrow(() -> HttpErrors.missingParameter("warehouse_id")),
          new NameDefaults(
              catalog.filter(name -> !name.isEmpty()).orElse(NameDefaults.STANDARD.catalog()),
              schema.filter(name -> !name.isEmpty()).orElse(NameDefaults.STANDARD.schema())),
          parameterList(),
          positive("row_limit", rowLimit),
          positive("byte_limit", byteLimit),
          patience(),
          onTimeout());
    }

    private void inlineOnly() {
      if (!disposition.orElse("INLINE").equals("INLINE")) {
        if (disposition.get().equals("EXTERNAL_LINKS")) {
          throw StatementErrors.unsupportedForm("disposition", "EXTERNAL_LINKS");
        }
        throw HttpErrors.invalidParameter("disposition", disposition.get(), "INLINE");
      }
      if (!format.orElse("JSON_ARRAY").equals("JSON_ARRAY")) {
        if (format.get().equals("ARROW_STREAM") || format.get().equals("CSV")) {
          throw StatementErrors.unsupportedForm("format", format.get());
        }
        throw HttpErrors.invalidParameter("format", format.get(), "JSON_ARRAY");
      }
    }

    private List<QueryParameter> parameterList() {
      List<QueryParameter> list = new ArrayList<>();
      for (Parameter parameter : parameters.orElse(List.of())) {
        list.add(
            new QueryParameter(
                parameter.name().orElseThrow(() -> HttpErrors.missingParameter("parameters.name")),
                parameter.value(),
                parameter.type().orElse("STRING")));
      }
      return list;
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

  /**
   * The reply that tells of a statement.
   *
   * @param firstRows the JSON text of the first chunk, if there is a result
   */
  static ObjectNode reply(StatementView view, Optional<String> firstRows) {
    ObjectNode reply = Json.mapper().createObjectNode().put("statement_id", view.id().toString());
    ObjectNode status = reply.putObject("status").put("state", view.state().word());
    switch (view.state()) {
      case StatementState.Failed failed -> {
        status.putObject("error").put("error_code", failed.code()).put("message", failed.message());
        status.put("sql_state", failed.sqlState());
      }
      case StatementState.Succeeded(StatementResult result) -> {
        reply.set("manifest", manifest(result));
        firstRows.ifPresent(
            rows -> reply.set("result", chunk(view.id(), result, result.chunks().get(0), rows)));
      }
      default -> {}
    }
    return reply;
  }

  private static ObjectNode manifest(StatementResult result) {
    ObjectNode manifest = Json.mapper().createObjectNode().put("format", "JSON_ARRAY");
    ObjectNode schema = manifest.putObject("schema").put("column_count", result.columns().size());
    var columns = schema.putArray("columns");
    for (int i = 0; i < result.columns().size(); i++) {
      column(columns.addObject(), i, result.columns().get(i));
    }
    manifest
        .put("total_chunk_count", result.chunks().size())
        .put("total_row_count", result.rows())
        .put("total_byte_count", result.bytes())
        .put("truncated", result.truncated());
    var chunks = manifest.putArray("chunks");
    for (Chunk chunk : result.chunks()) {
      place(chunks.addObject(), chunk).put("byte_count", chunk.bytes());
    }
    return manifest;
  }

  private static void column(ObjectNode node, int position, ResultColumn column) {
    node.put("name", column.name())
        .put("position", position)
        .put("type_name", column.type().kind().name())
        .put("type_text", column.type().text());
    column
        .type()
        .decimal()
        .ifPresent(
            digits ->
                node.put("type_precision", digits.precision()).put("type_scale", digits.scale()));
  }

  private static ObjectNode place(ObjectNode node, Chunk chunk) {
    return node.put("chunk_index", chunk.index())
        .put("row_offset", chunk.rowOffset())
        .put("row_count", chunk.rows());
  }

  /** One chunk with its rows and the way to the next. */
  static ObjectNode chunk(UUID id, StatementResult result, Chunk chunk, String rows) {
    ObjectNode node = place(Json.mapper().createObjectNode(), chunk);
    node.putRawValue("data_array", new RawValue(rows));
    int next = chunk.index() + 1;
    if (next < result.chunks().size()) {
      node.put("next_chunk_index", next);
      node.put(
          "next_chunk_internal_link",
          ROOT
              + "/"
              + id
              + "/result/chunks/"
              + next
              + "?row_offset="
              + result.chunks().get(next).rowOffset());
    }
    return node;
  }
}
