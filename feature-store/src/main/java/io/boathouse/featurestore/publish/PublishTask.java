package io.boathouse.featurestore.publish;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.json.Json;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import java.util.Map;
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
    FullName table = FullName.parse(SecurableType.TABLE, parameters.table());
    OnlineStatus status =
        Boolean.TRUE.equals(parameters.sync())
            ? service.sync(context.caller(), table)
            : service.publish(context.caller(), table, parameters.terms().toTerms());
    return Json.mapper()
        .valueToTree(Map.of("rows", status.rows(), "version", status.version().orElse(0L)));
  }

  /**
   * What a submission says.
   *
   * @param sync whether only what changed since is published
   */
  record Parameters(
      @JsonProperty("feature_table") @Nullable String table,
      @JsonProperty("sync") @Nullable Boolean sync,
      @JsonProperty("known_before") @Nullable String knownBefore,
      @JsonProperty("mode") @Nullable String mode,
      @JsonProperty("window_seconds") @Nullable Long window,
      @JsonProperty("ttl_seconds") @Nullable Long ttl) {
    TermsJson terms() {
      return new TermsJson(knownBefore, mode, window, ttl);
    }
  }
}
