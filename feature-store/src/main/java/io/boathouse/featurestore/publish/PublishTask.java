package io.boathouse.featurestore.publish;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.RequestValues;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.json.Json;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Publishes a feature table as a run of the workflow; doing it twice is doing it once. */
public final class PublishTask implements TaskRunner {
  /** The word that a submission names. */
  public static final String KIND = "publish";

  private final PublishService service;

  public PublishTask(PublishService service) {
    this.service = service;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public JsonNode run(TaskContext context) {
    Parameters parameters = Json.bind(context.parameters(), Parameters.class);
    if (parameters.table() == null) {
      throw HttpErrors.missingParameter("feature_table");
    }
    context.progress("publish", 0, 0);
    OnlineStatus status =
        service.publish(
            context.caller(),
            FullName.parse(SecurableType.TABLE, parameters.table()),
            instant(parameters.knownBefore()));
    return Json.mapper()
        .valueToTree(Map.of("rows", status.rows(), "version", status.version().orElse(0L)));
  }

  static Optional<Instant> instant(@Nullable String text) {
    return Optional.ofNullable(text)
        .map(given -> (Instant) RequestValues.typed("known_before", ValueType.TIMESTAMP, given));
  }

  /** What a submission says. */
  record Parameters(
      @JsonProperty("feature_table") @Nullable String table,
      @JsonProperty("known_before") @Nullable String knownBefore) {}
}
