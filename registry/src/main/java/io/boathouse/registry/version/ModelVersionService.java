package io.boathouse.registry.version;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.registry.artifact.ModelFiles;
import io.boathouse.registry.mlflow.PageOffset;
import io.boathouse.registry.model.ModelSearch;
import io.boathouse.registry.model.ModelService;
import io.boathouse.registry.model.RegisteredModel;
import io.boathouse.registry.model.RegistryErrors;
import io.boathouse.registry.model.Tag;
import io.boathouse.registry.search.SearchSql;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Reads and describes model versions. Reading needs EXECUTE on the model, describing MODIFY,
 * deleting MANAGE. Thread-safe; every method blocks on the metadata database.
 */
public final class ModelVersionService {
  private static final String LATEST = "latest";

  private final Database database;
  private final Authorizer authorizer;
  private final ModelService models;
  private final ModelFiles files;
  private final ModelService.Settings settings;
  private final VersionRepository repository;

  public ModelVersionService(
      Database database,
      Authorizer authorizer,
      ModelService models,
      ModelFiles files,
      ModelService.Settings settings) {
    this.database = database;
    this.authorizer = authorizer;
    this.models = models;
    this.files = files;
    this.settings = settings;
    this.repository = new VersionRepository(settings.names());
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the model has no such version,
   *     or the caller may not see the model
   */
  public ModelVersion get(Caller caller, FullName name, int number) {
    return find(models.require(caller, Privilege.EXECUTE, name), number);
  }

  /**
   * The version that an alias points to, or the newest for {@code latest}.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if there is no such alias,
   *     as MLflow's clients expect
   */
  public ModelVersion getByAlias(Caller caller, FullName name, String alias) {
    RegisteredModel model = models.require(caller, Privilege.EXECUTE, name);
    return database
        .read(
            handle ->
                alias.equals(LATEST)
                    ? repository.findNewest(handle, model.id())
                    : repository.findByAlias(handle, model.id(), alias))
        .orElseThrow(() -> RegistryErrors.aliasNotFound(alias));
  }

  /** The files of a version, for reading. */
  public VersionFiles files(Caller caller, FullName name, int number) {
    ModelVersion version = get(caller, name, number);
    return new VersionFiles(
        files.scoped(version.modelId(), number),
        database.read(handle -> repository.files(handle, version.modelId(), number)));
  }

  /** Like {@link #files(Caller, FullName, int)} by the model's id. */
  public VersionFiles files(Caller caller, UUID modelId, int number) {
    return files(caller, models.require(caller, Privilege.EXECUTE, modelId).name(), number);
  }

  /** Finds versions of models that the caller may see. */
  public PageOffset.Page<ModelVersion> search(Caller caller, ModelSearch search) {
    SearchSql sql = repository.compile(search);
    Authorizer.Visible visible = authorizer.visible(caller, SecurableType.REGISTERED_MODEL);
    return search
        .page()
        .page(database.read(handle -> repository.search(handle, sql, visible, search)));
  }

  /** Versions of one model, the newest first. */
  public Page<ModelVersion> list(Caller caller, FullName name, PageRequest page) {
    RegisteredModel model = models.require(caller, Privilege.EXECUTE, name);
    int below =
        page.after(1).map(token -> number(token.keys().getFirst())).orElse(Integer.MAX_VALUE);
    List<ModelVersion> rows =
        database.read(handle -> repository.list(handle, model.id(), below, page.maxResults() + 1));
    return Page.cut(
        rows, page.maxResults(), version -> List.of(Integer.toString(version.number())));
  }

  /** The newest version of a model in each of the stages; no stage means all. */
  public List<ModelVersion> latest(Caller caller, FullName name, List<Stage> stages) {
    RegisteredModel model = models.require(caller, Privilege.EXECUTE, name);
    return newest(List.of(model.id())).stream()
        .filter(version -> stages.isEmpty() || stages.contains(version.stage()))
        .toList();
  }

  /** The newest versions by stage of models that the caller was shown already. */
  public List<ModelVersion> latestOf(Caller caller, List<RegisteredModel> shown) {
    return newest(shown.stream().map(RegisteredModel::id).toList());
  }

  private List<ModelVersion> newest(List<UUID> ids) {
    return database.read(handle -> repository.newestByStage(handle, ids));
  }

  public ModelVersion describe(Caller caller, FullName name, int number, String comment) {
    return change(
        caller,
        name,
        number,
        new Change("UPDATE_MODEL_VERSION", "description"),
        (handle, version) -> repository.setComment(handle, version, comment));
  }

  /** Moves a version to a stage, and on demand the stage's other versions to the archive. */
  public ModelVersion transition(
      Caller caller, FullName name, int number, Stage stage, boolean archiveOthers) {
    if (archiveOthers && !stage.isActive()) {
      throw RegistryErrors.cannotArchive(stage.text());
    }
    return change(
        caller,
        name,
        number,
        new Change("TRANSITION_MODEL_VERSION", stage.text()),
        (handle, version) -> {
          repository.setStage(handle, version, stage);
          if (archiveOthers) {
            repository.archiveOthers(handle, version, stage, settings.clock().millis());
          }
        });
  }

  public void setTag(Caller caller, FullName name, int number, Tag tag) {
    ModelVersion unused =
        change(
            caller,
            name,
            number,
            new Change("SET_MODEL_VERSION_TAG", tag.key()),
            (handle, version) -> repository.setTag(handle, version.modelId(), number, tag));
  }

  /** Removes a tag; removing an absent one changes nothing. */
  public void deleteTag(Caller caller, FullName name, int number, String key) {
    ModelVersion unused =
        change(
            caller,
            name,
            number,
            new Change("DELETE_MODEL_VERSION_TAG", key),
            (handle, version) -> repository.deleteTag(handle, version, key));
  }

  /** Deletes a version with its aliases and files; its number is not given again. */
  public void delete(Caller caller, FullName name, int number) {
    RegisteredModel model = models.require(caller, Privilege.MANAGE, name);
    database.useTransaction(
        handle -> {
          if (!repository.delete(handle, model.id(), number)) {
            throw RegistryErrors.versionNotFound(model.mlflowName(), Integer.toString(number));
          }
          models.touched(caller, model, "DELETE_MODEL_VERSION", Integer.toString(number));
        });
    files.delete(model.id(), number);
  }

  /** What is written to the audit log about a change. */
  private record Change(String action, String detail) {}

  /** The SQL of a change. */
  @FunctionalInterface
  private interface Work {
    void on(Handle handle, ModelVersion version);
  }

  private ModelVersion change(Caller caller, FullName name, int number, Change change, Work work) {
    RegisteredModel model = models.require(caller, Privilege.MODIFY, name);
    return database.inTransaction(
        handle -> {
          ModelVersion version = find(model, number);
          work.on(handle, version);
          repository.touch(handle, version, settings.clock().millis(), caller.principal());
          models.touched(caller, model, change.action(), number + ": " + change.detail());
          return find(model, number);
        });
  }

  private ModelVersion find(RegisteredModel model, int number) {
    Function<Handle, Optional<ModelVersion>> find =
        handle -> repository.find(handle, model.id(), number);
    return database
        .read(find)
        .orElseThrow(
            () -> RegistryErrors.versionNotFound(model.mlflowName(), Integer.toString(number)));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw RegistryErrors.invalidVersion(text);
    }
  }
}
