package io.boathouse.registry.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.registry.model.RegisteredModel;
import io.boathouse.registry.model.Tag;
import io.boathouse.registry.version.ModelVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shapes in which models and versions travel to MLflow clients. */
final class MlflowWire {
  private MlflowWire() {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record ShownModel(
      @JsonProperty("name") String name,
      @JsonProperty("creation_timestamp") long createdAt,
      @JsonProperty("last_updated_timestamp") long updatedAt,
      @JsonProperty("user_id") String userId,
      @JsonProperty("description") String description,
      @JsonProperty("latest_versions") List<ShownVersion> latestVersions,
      @JsonProperty("tags") List<Tag> tags,
      @JsonProperty("aliases") List<ShownAlias> aliases) {
    static ShownModel of(RegisteredModel model, List<ModelVersion> latest) {
      return new ShownModel(
          model.mlflowName(),
          model.createdAt(),
          model.updatedAt(),
          model.createdBy(),
          model.description(),
          latest.stream()
              .filter(version -> version.modelId().equals(model.id()))
              .map(ShownVersion::of)
              .toList(),
          model.tags(),
          model.aliases().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(alias -> new ShownAlias(alias.getKey(), alias.getValue().toString()))
              .toList());
    }
  }

  record ShownAlias(@JsonProperty("alias") String alias, @JsonProperty("version") String version) {}

  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record ShownVersion(
      @JsonProperty("name") String name,
      @JsonProperty("version") String version,
      @JsonProperty("creation_timestamp") long createdAt,
      @JsonProperty("last_updated_timestamp") long updatedAt,
      @JsonProperty("user_id") String userId,
      @JsonProperty("current_stage") String stage,
      @JsonProperty("description") String description,
      @JsonProperty("source") String source,
      @JsonProperty("run_id") String runId,
      @JsonProperty("status") String status,
      @JsonProperty("status_message") Optional<String> statusMessage,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("tags") List<Tag> tags,
      @JsonProperty("run_link") String runLink,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonProperty("aliases") List<String> aliases,
      @JsonProperty("model_id") Optional<String> loggedModelId) {
    static ShownVersion of(ModelVersion version) {
      return new ShownVersion(
          version.mlflowName(),
          Integer.toString(version.number()),
          version.createdAt(),
          version.updatedAt(),
          version.createdBy(),
          version.stage().text(),
          version.comment(),
          version.source(),
          version.runId().orElse(""),
          version.status().name(),
          version.statusMessage(),
          version.tags(),
          version.runLink().orElse(""),
          version.aliases(),
          version.loggedModelId());
    }
  }

  record FoundModels(
      @JsonProperty("registered_models") List<ShownModel> models,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  record FoundVersions(
      @JsonProperty("model_versions") List<ShownVersion> versions,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}
}
