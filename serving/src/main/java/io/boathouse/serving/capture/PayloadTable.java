package io.boathouse.serving.capture;

import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of an inference table: the service's known ones first, then ours. */
final class PayloadTable {
  static final TableSchema SCHEMA =
      TableSchema.of(
          column("request_date", "date"),
          column("databricks_request_id", "string"),
          column("client_request_id", "string"),
          column("request_time", "timestamp"),
          column("status_code", "int"),
          column("sampling_fraction", "double"),
          column("execution_duration_ms", "bigint"),
          column("request", "string"),
          column("response", "string"),
          column("served_entity_id", "string"),
          column("logging_error_codes", "array<string>"),
          column("requester", "string"),
          column("endpoint", "string"),
          column("config_version", "int"),
          column("model", "string"),
          column("model_version", "int"),
          column("run_id", "string"),
          column("feature_spec", "string"),
          column("features", "string"),
          column("max_payload_bytes", "int"),
          column("sampled_out", "bigint"),
          column("dropped", "bigint"));

  private static final List<String> LATER = List.of("max_payload_bytes", "sampled_out", "dropped");

  private PayloadTable() {}

  static List<@Nullable Object> row(Segment.Header header, Segment.Entry entry) {
    return entry
        .prediction()
        .map(prediction -> row(header, prediction))
        .orElseGet(() -> row(header, entry.skipped().orElseThrow()));
  }

  private static List<@Nullable Object> row(Segment.Header header, CapturedPrediction prediction) {
    CapturedPrediction.Origin origin = prediction.origin();
    return Arrays.asList(
        LocalDate.ofInstant(prediction.time(), ZoneOffset.UTC),
        prediction.predictionId(),
        prediction.clientRequestId().orElse(null),
        prediction.time(),
        prediction.status(),
        header.samplingFraction(),
        prediction.durationMillis(),
        prediction.request(),
        prediction.response(),
        origin.entityId(),
        prediction.errors(),
        prediction.requester(),
        origin.endpoint(),
        origin.configVersion(),
        origin.model(),
        origin.modelVersion(),
        origin.runId().orElse(null),
        origin.featureSpec().orElse(null),
        prediction.features().orElse(null),
        header.maxPayloadBytes(),
        null,
        null);
  }

  /** A row without a prediction: those that have none are counted in it. */
  private static List<@Nullable Object> row(Segment.Header header, Skipped skipped) {
    List<@Nullable Object> row =
        new ArrayList<@Nullable Object>(
            Collections.<@Nullable Object>nCopies(SCHEMA.columns().size(), null));
    set(row, "request_date", skipped.time().atOffset(ZoneOffset.UTC).toLocalDate());
    set(row, "request_time", skipped.time());
    set(row, "sampling_fraction", header.samplingFraction());
    set(row, "max_payload_bytes", header.maxPayloadBytes());
    set(row, "endpoint", skipped.endpoint());
    set(row, "sampled_out", skipped.sampledOut());
    set(row, "dropped", skipped.dropped());
    return row;
  }

  private static void set(List<@Nullable Object> row, String name, Object value) {
    for (int i = 0; i < row.size(); i++) {
      if (SCHEMA.columns().get(i).name().equals(name)) {
        Object unused = row.set(i, value);
      }
    }
  }

  /** Whether tables of an earlier version have no such column. */
  static boolean isLater(Column column) {
    return LATER.contains(column.name());
  }

  private static Column column(String name, String type) {
    return Column.of(name, DataType.parse(type));
  }
}
