package io.boathouse.registry.version;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.artifact.ArtifactFile;
import io.boathouse.registry.artifact.ArtifactSource;
import io.boathouse.registry.artifact.ModelFiles;
import io.boathouse.registry.artifact.ResolvedArtifacts;
import io.boathouse.registry.model.ModelService;
import io.boathouse.registry.model.RegisteredModel;
import io.boathouse.registry.model.RegistryErrors;
import io.boathouse.registry.signature.MlModel;
import io.boathouse.registry.signature.MlModelParser;
import io.boathouse.registry.version.VersionRepository.ReadyFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes new versions; needs MODIFY on the model. A version is PENDING while its files come, and
 * READY once each file is digested and the MLmodel file is read; from then on it never changes.
 * Files are copied outside any transaction; if that fails, nothing of the version stays but its
 * number.
 */
public final class RegistrationService {
  private final Database database;
  private final ModelService models;
  private final ModelVersionService versions;
  private final Files files;
  private final ModelService.Settings settings;
  private final VersionRepository repository;
  private final SourceResolver sources;

  public RegistrationService(
      Database database,
      ModelService models,
      ModelVersionService versions,
      Files files,
      ModelService.Settings settings) {
    this.database = database;
    this.models = models;
    this.versions = versions;
    this.files = files;
    this.settings = settings;
    this.repository = new VersionRepository(settings.names());
    this.sources =
        new SourceResolver(models, versions, files.own(), files.others(), settings.names());
  }

  /** Where files are kept and come from, and where it is told what came from what. */
  public record Files(ModelFiles own, ArtifactSource others, LineageService lineage) {}

  /**
   * Creates a version from files that the server finds at the source, as MLflow clients ask for.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the source is none that a
   *     version can be made from, or its MLmodel file cannot be read
   */
  public ModelVersion create(Caller caller, FullName name, NewVersion wanted) {
    RegisteredModel model = models.require(caller, Privilege.MODIFY, name);
    Optional<ResolvedArtifacts> source = sources.resolve(caller, wanted.source());
    ModelVersion pending = insert(caller, model, wanted, "COPIED");
    try {
      List<ArtifactFile> copied =
          source
              .map(from -> files.own().copy(from, model.id(), pending.number()))
              .orElse(List.of());
      return finish(caller, model, pending, copied);
    } catch (RuntimeException e) {
      discard(pending);
      throw e;
    }
  }

  /** Creates a version whose files the client uploads, as Unity Catalog clients do. */
  public ModelVersion createPending(Caller caller, FullName name, NewVersion wanted) {
    RegisteredModel model = models.require(caller, Privilege.MODIFY, name);
    return insert(caller, model, wanted, "UPLOADED");
  }

  /**
   * Ends the upload of a version.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION unless it is pending
   */
  public ModelVersion finalizeVersion(Caller caller, FullName name, int number) {
    RegisteredModel model = models.require(caller, Privilege.MODIFY, name);
    ModelVersion version = versions.get(caller, name, number);
    if (version.status() != VersionStatus.PENDING_REGISTRATION) {
      throw RegistryErrors.notPending(model.mlflowName(), number, version.status().name());
    }
    return finish(caller, model, version, files.own().digest(model.id(), number));
  }

  /** Where the client of a pending version puts its files, and readers find them. */
  public String location(Caller caller, ModelVersion version) {
    return files.own().location(version.modelId(), version.number());
  }

  /** Where the files of all versions of a model that the caller was shown already are. */
  public String location(Caller caller, RegisteredModel model) {
    return files.own().location(model.id());
  }

  /** Gives up versions whose copying a stopped server left behind. */
  public int failAbandoned(Caller caller, Duration olderThan) {
    long before = settings.clock().millis() - olderThan.toMillis();
    String message = RegistryErrors.interrupted().message();
    return database.inTransaction(handle -> repository.failAbandoned(handle, before, message));
  }

  private ModelVersion insert(
      Caller caller, RegisteredModel model, NewVersion wanted, String filesBy) {
    return database.inTransaction(
        handle -> {
          long now = settings.clock().millis();
          ModelVersion version =
              new ModelVersion(
                  model.id(),
                  model.name(),
                  model.mlflowName(),
                  repository.nextNumber(handle, model.id()),
                  VersionStatus.PENDING_REGISTRATION,
                  Optional.empty(),
                  Stage.NONE,
                  wanted.source(),
                  wanted.runId(),
                  wanted.runLink(),
                  wanted.loggedModelId(),
                  wanted.comment(),
                  Optional.empty(),
                  0,
                  now,
                  caller.principal(),
                  now,
                  caller.principal(),
                  wanted.tags(),
                  List.of());
          repository.insert(handle, version, filesBy);
          models.touched(caller, model, "CREATE_MODEL_VERSION", Integer.toString(version.number()));
          return version;
        });
  }

  private ModelVersion finish(
      Caller caller, RegisteredModel model, ModelVersion version, List<ArtifactFile> found) {
    Optional<String> mlModel = mlModel(version, found);
    Optional<String> run = version.runId().filter(id -> files.others().readableRun(caller, id));
    ReadyFiles ready =
        new ReadyFiles(found, mlModel, settings.clock().millis(), caller.principal());
    return database.inTransaction(
        handle -> {
          if (!repository.makeReady(handle, version, ready)) {
            throw RegistryErrors.notPending(
                model.mlflowName(), version.number(), "no longer pending");
          }
          run.ifPresent(
              id ->
                  files
                      .lineage()
                      .record(
                          caller,
                          new LineageNode("RUN", id, Optional.empty()),
                          new LineageNode(
                              "MODEL_VERSION",
                              model.name().toString(),
                              Optional.of((long) version.number())),
                          "REGISTERED",
                          Map.of("source", version.source())));
          models.touched(
              caller, model, "FINALIZE_MODEL_VERSION", Integer.toString(version.number()));
          return repository.find(handle, model.id(), version.number()).orElseThrow();
        });
  }

  /** The MLmodel file as JSON text, after reading it once to be sure that it can be read. */
  private Optional<String> mlModel(ModelVersion version, List<ArtifactFile> found) {
    StoragePath path = StoragePath.of(MlModel.FILE);
    if (found.stream().noneMatch(file -> file.path().equals(path))) {
      return Optional.empty();
    }
    FileStore store = files.own().scoped(version.modelId(), version.number());
    try (InputStream in = store.open(path)) {
      JsonNode tree = MlModelParser.tree(in.readNBytes(MlModelParser.MAX_BYTES + 1));
      MlModel unused = MlModelParser.of(tree);
      return Optional.of(Json.writeText(tree));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void discard(ModelVersion version) {
    database.useTransaction(
        handle -> {
          boolean unused = repository.delete(handle, version.modelId(), version.number());
        });
    files.own().delete(version.modelId(), version.number());
  }
}
