package io.boathouse.registry.version;

import io.boathouse.catalog.location.Access;
import io.boathouse.catalog.location.AccessOperation;
import io.boathouse.catalog.location.AccessService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.artifact.ModelFiles;
import io.boathouse.registry.model.ModelService;
import io.boathouse.registry.model.RegistryErrors;
import java.util.UUID;

/**
 * Gives clients access to the files of versions: to read those of any, to write those of a pending
 * one until it is ready. Thread-safe; every method blocks.
 */
public final class VersionAccessService {
  private final Database database;
  private final SecurableService securables;
  private final ModelVersionService versions;
  private final AccessService access;
  private final VersionRepository repository;

  public VersionAccessService(
      Database database,
      SecurableService securables,
      ModelVersionService versions,
      AccessService access,
      ModelService.Settings settings) {
    this.database = database;
    this.securables = securables;
    this.versions = versions;
    this.access = access;
    this.repository = new VersionRepository(settings.names());
  }

  /**
   * Needs EXECUTE on the model, to write also MODIFY.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if there is no such version;
   *     FAILED_PRECONDITION if it is to be written and not pending
   */
  public Access issue(Caller caller, FullName model, int number, AccessOperation operation) {
    ModelVersion version = versions.get(caller, model, number);
    return access.model(
        caller,
        securables.get(caller, SecurableType.REGISTERED_MODEL, version.model()),
        version.folder(),
        operation);
  }

  /**
   * Whether the files in a folder may still be written; the caller has asked for the right.
   *
   * @param caller in whose name it is asked
   */
  public void requireWritable(Caller caller, UUID model, StoragePath folder) {
    int number = number(model, folder);
    ModelVersion version =
        database
            .read(handle -> repository.find(handle, model, number))
            .orElseThrow(
                () -> RegistryErrors.versionNotFound(model.toString(), Integer.toString(number)));
    if (version.status() != VersionStatus.PENDING_REGISTRATION) {
      throw RegistryErrors.notWritable(version.mlflowName(), number, version.status().name());
    }
  }

  private static int number(UUID model, StoragePath folder) {
    String number = folder.parent().name();
    boolean isVersion = number.matches("[1-9][0-9]{0,8}");
    if (isVersion && ModelFiles.folder(model, Integer.parseInt(number)).equals(folder)) {
      return Integer.parseInt(number);
    }
    throw RegistryErrors.versionNotFound(model.toString(), number);
  }
}
