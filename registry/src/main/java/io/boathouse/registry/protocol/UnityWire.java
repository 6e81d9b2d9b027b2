package io.boathouse.registry.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.auth.Caller;
import io.boathouse.registry.model.RegisteredModel;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.RegistrationService;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shapes in which models and versions travel to Unity Catalog clients. */
public final class UnityWire {
  private final RegistrationService registration;

  public UnityWire(RegistrationService registration) {
    this.registration = registration;
  }

  ShownModel model(Caller caller, Securable securable, RegisteredModel model) {
    return new ShownModel(
        model.name().name(),
        model.name().catalog(),
        model.name().schema(),
        registration.location(caller, model),
        model.name().toString(),
        Optional.of(model.description()).filter(text -> !text.isEmpty()),
        securable.owner(),
        model.createdAt(),
        model.createdBy(),
        model.updatedAt(),
        model.updatedBy(),
        model.id().toString(),
        model.aliases().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(alias -> new ShownAlias(alias.getKey(), alias.getValue()))
            .toList());
  }

  ShownVersion version(Caller caller, ModelVersion version) {
    return new ShownVersion(
        version.model().name(),
        version.model().catalog(),
        version.model().schema(),
        version.number(),
        version.source(),
        version.runId(),
        version.status().name(),
        registration.location(caller, version),
        Optional.of(version.comment()).filter(text -> !text.isEmpty()),
        version.createdAt(),
        version.createdBy(),
        version.updatedAt(),
        version.updatedBy(),
        version.modelId() + "/" + version.number(),
        version.aliases().stream().map(alias -> new ShownAlias(alias, version.number())).toList());
  }

  record ShownModel(
      @JsonProperty("name") String name,
      @JsonProperty("catalog_name") String catalogName,
      @JsonProperty("schema_name") String schemaName,
      @JsonProperty("storage_location") String storageLocation,
      @JsonProperty("full_name") String fullName,
      @JsonProperty("comment") Optional<String> comment,
      @JsonProperty("owner") String owner,
      @JsonProperty("created_at") long createdAt,
      @JsonProperty("created_by") String createdBy,
      @JsonProperty("updated_at") long updatedAt,
      @JsonProperty("updated_by") String updatedBy,
      @JsonProperty("id") String id,
      @JsonProperty("aliases") List<ShownAlias> aliases) {}

  record ShownVersion(
      @JsonProperty("model_name") String modelName,
      @JsonProperty("catalog_name") String catalogName,
      @JsonProperty("schema_name") String schemaName,
      @JsonProperty("version") int version,
      @JsonProperty("source") String source,
      @JsonProperty("run_id") Optional<String> runId,
      @JsonProperty("status") String status,
      @JsonProperty("storage_location") String storageLocation,
      @JsonProperty("comment") Optional<String> comment,
      @JsonProperty("created_at") long createdAt,
      @JsonProperty("created_by") String createdBy,
      @JsonProperty("updated_at") long updatedAt,
      @JsonProperty("updated_by") String updatedBy,
      @JsonProperty("id") String id,
      @JsonProperty("aliases") List<ShownAlias> aliases) {}

  record ShownAlias(
      @JsonProperty("alias_name") String alias, @JsonProperty("version_num") int version) {}

  record FoundModels(
      @JsonProperty("registered_models") List<ShownModel> models,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  record FoundVersions(
      @JsonProperty("model_versions") List<ShownVersion> versions,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}
}
