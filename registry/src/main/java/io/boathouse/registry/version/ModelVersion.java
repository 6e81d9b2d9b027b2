package io.boathouse.registry.version;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.artifact.ModelFiles;
import io.boathouse.registry.artifact.SourceUri;
import io.boathouse.registry.model.Tag;
import io.boathouse.registry.signature.MlModel;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One version of a registered model.
 *
 * @param mlflowName how MLflow clients call the model
 * @param number counts from 1 within its model and is never reused
 * @param source where its files came from, as the client said
 * @param loggedModelId the logged model that it was registered from, if any
 * @param mlModel what its MLmodel file says, if it has one
 * @param artifactBytes total size of its files, in bytes
 * @param createdAt in milliseconds since 1970
 * @param updatedAt in milliseconds since 1970
 */
public record ModelVersion(
    UUID modelId,
    FullName model,
    String mlflowName,
    int number,
    VersionStatus status,
    Optional<String> statusMessage,
    Stage stage,
    String source,
    Optional<String> runId,
    Optional<String> runLink,
    Optional<String> loggedModelId,
    String comment,
    Optional<MlModel> mlModel,
    long artifactBytes,
    long createdAt,
    String createdBy,
    long updatedAt,
    String updatedBy,
    List<Tag> tags,
    List<String> aliases) {
  public ModelVersion {
    if (number < 1) {
      throw new IllegalArgumentException("number: " + number + " (expected: >= 1)");
    }
    tags = List.copyOf(tags);
    aliases = List.copyOf(aliases);
  }

  /** The folder of its files in the main store. */
  public StoragePath folder() {
    return ModelFiles.folder(modelId, number);
  }

  /** Where MLflow clients fetch its files: our copy, or the source if that is elsewhere. */
  public String downloadUri() {
    return SourceUri.isElsewhere(source) ? source : "mlflow-artifacts:/" + folder();
  }

  /** The name of the feature spec that completes its requests, if it has one. */
  public Optional<String> featureSpec() {
    return mlModel.flatMap(MlModel::featureSpec);
  }

  ModelVersion with(List<Tag> newTags, List<String> newAliases) {
    return new ModelVersion(
        modelId,
        model,
        mlflowName,
        number,
        status,
        statusMessage,
        stage,
        source,
        runId,
        runLink,
        loggedModelId,
        comment,
        mlModel,
        artifactBytes,
        createdAt,
        createdBy,
        updatedAt,
        updatedBy,
        newTags,
        newAliases);
  }
}
