package io.boathouse.catalog.location;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.secret.SecretBox;
import io.boathouse.platform.storage.ExternalStorage;
import io.boathouse.platform.storage.FileStore;
import java.util.List;

/** Puts storage credentials and external locations together. */
public final class LocationAssembly {
  private final StorageCredentialService credentials;
  private final ExternalLocationService locations;
  private final ExternalFolders folders;

  /**
   * Where things are kept.
   *
   * @param storage the server's own
   * @param secrets seals what is secret of credentials
   */
  public record Foundation(
      Database database, FileStore storage, ExternalStorage external, SecretBox secrets) {}

  public LocationAssembly(
      Foundation foundation,
      SecurableService securables,
      SecurableTree tree,
      Authorizer authorizer) {
    credentials =
        new StorageCredentialService(
            foundation.database(),
            securables,
            authorizer,
            foundation.external(),
            foundation.secrets());
    locations =
        new ExternalLocationService(
            foundation.database(),
            new ExternalLocationService.Names(securables, tree),
            authorizer,
            new ExternalLocationService.Storage(foundation.storage(), foundation.external()),
            credentials);
    folders =
        new ExternalFolders(
            foundation.external(),
            new ExternalLocationRepository(foundation.database()),
            credentials,
            locations);
  }

  public StorageCredentialService credentials() {
    return credentials;
  }

  public ExternalLocationService locations() {
    return locations;
  }

  /** Opens the folders of external tables. */
  public ExternalFolders folders() {
    return folders;
  }

  /** The endpoints of credentials and locations. */
  public List<Routes> routes() {
    return List.of(
        StorageCredentialRoutes.unityCatalog(credentials),
        StorageCredentialRoutes.databricks(credentials),
        new ExternalLocationRoutes(locations));
  }
}
