package io.boathouse.registry.model;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.mlflow.PageOffset.Page;
import io.boathouse.registry.search.SearchSql;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Creates, finds and changes registered models. Seeing one needs any right on it, using its
 * versions EXECUTE, tags, aliases and new versions MODIFY, all else MANAGE. Thread-safe; every
 * method blocks on the metadata database.
 */
public final class ModelService {
  private final Database database;
  private final Authorizer authorizer;
  private final SecurableService securables;
  private final AuditLog audit;
  private final InstantSource clock;
  private final ModelNames names;
  private final ModelRepository repository;

  public ModelService(
      Database database,
      Authorizer authorizer,
      SecurableService securables,
      AuditLog audit,
      Settings settings) {
    this.database = database;
    this.authorizer = authorizer;
    this.securables = securables;
    this.audit = audit;
    this.clock = settings.clock();
    this.names = settings.names();
    this.repository = new ModelRepository(settings.names());
  }

  /** What the service is set up with besides other services. */
  public record Settings(ModelNames names, InstantSource clock) {}

  /**
   * Creates a model owned by the caller.
   *
   * @param spelling the name as the client wrote it; its last part is shown to MLflow clients
   * @throws LakeException ALREADY_EXISTS if the name is taken
   */
  public RegisteredModel create(
      Caller caller, FullName name, String spelling, Optional<String> description, List<Tag> tags) {
    return database.inTransaction(
        handle -> {
          Securable securable =
              unlessTaken(
                  spelling,
                  () ->
                      securables.create(
                          caller,
                          new NewSecurable(
                              SecurableType.REGISTERED_MODEL,
                              name,
                              description.filter(text -> !text.isEmpty()),
                              Map.of())));
          repository.insert(handle, securable.id(), ModelNames.spelling(spelling), clock.millis());
          tags.forEach(tag -> repository.setTag(handle, securable.id(), tag));
          return byId(securable.id());
        });
  }

  /**
   * @throws LakeException NOT_FOUND if there is none, or the caller may not see it
   */
  public RegisteredModel get(Caller caller, FullName name) {
    return hiding(
        name, () -> byId(securables.get(caller, SecurableType.REGISTERED_MODEL, name).id()));
  }

  /** The models of securables that the caller was shown already, in no certain order. */
  public List<RegisteredModel> of(Caller caller, List<Securable> shown) {
    List<UUID> ids = shown.stream().map(Securable::id).toList();
    return database.read(handle -> repository.byIds(handle, ids));
  }

  /** Finds models that the caller may see. */
  public Page<RegisteredModel> search(Caller caller, ModelSearch search) {
    SearchSql sql = repository.compile(search);
    Authorizer.Visible visible = authorizer.visible(caller, SecurableType.REGISTERED_MODEL);
    return search
        .page()
        .page(database.read(handle -> repository.search(handle, sql, visible, search)));
  }

  public RegisteredModel describe(Caller caller, FullName name, String description) {
    RegisteredModel model = require(caller, Privilege.MANAGE, name);
    return database.inTransaction(
        handle -> {
          Securable unused =
              securables.update(
                  caller,
                  SecurableType.REGISTERED_MODEL,
                  name,
                  SecurableChange.comment(description));
          repository.touch(handle, model.id(), clock.millis());
          return byId(model.id());
        });
  }

  /**
   * @param spelling the new name as the client wrote it
   */
  public RegisteredModel rename(Caller caller, FullName name, FullName newName, String spelling) {
    RegisteredModel model = require(caller, Privilege.MANAGE, name);
    if (!newName.parent().equals(name.parent())) {
      throw RegistryErrors.invalidName(newName.toString(), "lies in another schema");
    }
    return database.inTransaction(
        handle -> {
          if (!newName.equals(name)) {
            Securable unused =
                unlessTaken(
                    spelling,
                    () ->
                        securables.update(
                            caller,
                            SecurableType.REGISTERED_MODEL,
                            name,
                            SecurableChange.rename(newName.name())));
          }
          repository.setSpelling(handle, model.id(), ModelNames.spelling(spelling));
          repository.touch(handle, model.id(), clock.millis());
          return byId(model.id());
        });
  }

  /**
   * Deletes a model with its versions, aliases and files.
   *
   * @param withVersions whether it may have versions
   */
  public void delete(Caller caller, FullName name, boolean withVersions) {
    RegisteredModel model = require(caller, Privilege.MANAGE, name);
    database.useTransaction(
        handle -> {
          if (!withVersions && repository.hasVersions(handle, model.id())) {
            throw RegistryErrors.modelNotEmpty(name.toString());
          }
          securables.delete(caller, SecurableType.REGISTERED_MODEL, name, true);
        });
  }

  public void setTag(Caller caller, FullName name, Tag tag) {
    RegisteredModel model = require(caller, Privilege.MODIFY, name);
    database.useTransaction(
        handle -> {
          repository.setTag(handle, model.id(), tag);
          repository.touch(handle, model.id(), clock.millis());
          recorded(caller, model, "SET_MODEL_TAG", tag.key());
        });
  }

  /** Removes a tag; removing an absent one changes nothing. */
  public void deleteTag(Caller caller, FullName name, String key) {
    RegisteredModel model = require(caller, Privilege.MODIFY, name);
    database.useTransaction(
        handle -> {
          repository.deleteTag(handle, model.id(), key);
          repository.touch(handle, model.id(), clock.millis());
          recorded(caller, model, "DELETE_MODEL_TAG", key);
        });
  }

  /** Notes that versions or aliases changed; joins the thread's transaction. */
  public void touched(Caller caller, RegisteredModel model, String action, String detail) {
    database.useTransaction(
        handle -> {
          repository.touch(handle, model.id(), clock.millis());
          recorded(caller, model, action, detail);
        });
  }

  /**
   * Finds a model and demands a privilege on it.
   *
   * @throws LakeException NOT_FOUND if there is none or the caller has no right on it at all;
   *     PERMISSION_DENIED if the caller lacks this privilege
   */
  public RegisteredModel require(Caller caller, Privilege privilege, FullName name) {
    return hiding(
        name,
        () ->
            byId(authorizer.require(caller, privilege, SecurableType.REGISTERED_MODEL, name).id()));
  }

  /** Like {@link #require} by the model's id. */
  public RegisteredModel require(Caller caller, Privilege privilege, UUID id) {
    try {
      authorizer.require(caller, privilege, securables.byId(caller, id));
      return byId(id);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? RegistryErrors.modelNotFound(id.toString()) : e;
    }
  }

  private RegisteredModel byId(UUID id) {
    return database.read(handle -> repository.byIds(handle, List.of(id))).stream()
        .findFirst()
        .orElseThrow(() -> RegistryErrors.modelNotFound(id.toString()));
  }

  private void recorded(Caller caller, RegisteredModel model, String action, String detail) {
    audit.changed(
        caller,
        action,
        securables.byId(caller, model.id()),
        Map.of("name", model.name().toString(), "detail", detail));
  }

  private <T> T hiding(FullName name, Supplier<T> work) {
    try {
      return work.get();
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND
          ? RegistryErrors.modelNotFound(names.mlflowName(name, name.name()))
          : e;
    }
  }

  private static <T> T unlessTaken(String name, Supplier<T> work) {
    try {
      return work.get();
    } catch (LakeException e) {
      throw e.code() == ErrorCode.ALREADY_EXISTS ? RegistryErrors.modelExists(name) : e;
    }
  }
}
