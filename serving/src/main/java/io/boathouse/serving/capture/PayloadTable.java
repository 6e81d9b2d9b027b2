package io.boathouse.serving.capture;

import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.time.ZoneOffset;
import java.util.Arrays;
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
          column("features", "string"));

  private PayloadTable() {}

  static List<@Nullable Object> row(CapturedPrediction prediction) {
    CapturedPrediction.Origin origin = prediction.origin();
    return Arrays.asList(
        prediction.time().atOffset(ZoneOffset.UTC).toLocalDate(),
        prediction.predictionId(),
        prediction.clientRequestId().orElse(null),
        prediction.time(),
        prediction.status(),
        1.0,
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
        prediction.features().orElse(null));
  }

  private static Column column(String name, String type) {
    return Column.of(name, DataType.parse(type));
  }
}
