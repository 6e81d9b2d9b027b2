package io.boathouse.registry;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.location.AccessService;
import io.boathouse.catalog.location.ModelFolders;
import io.boathouse.catalog.securable.Deletions;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.registry.alias.AliasService;
import io.boathouse.registry.artifact.ArtifactSource;
import io.boathouse.registry.artifact.ArtifactSources;
import io.boathouse.registry.artifact.ModelFiles;
import io.boathouse.registry.model.ModelNames;
import io.boathouse.registry.model.ModelService;
import io.boathouse.registry.protocol.MlflowModelRoutes;
import io.boathouse.registry.protocol.MlflowVersionRoutes;
import io.boathouse.registry.protocol.UnityModelRoutes;
import io.boathouse.registry.protocol.UnityVersionRoutes;
import io.boathouse.registry.protocol.UnityWire;
import io.boathouse.registry.protocol.UnsupportedRoutes;
import io.boathouse.registry.protocol.VersionFileRoutes;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.registry.version.RegistrationService;
import io.boathouse.registry.version.VersionAccessService;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the registry together. */
public final class RegistryModule implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RegistryModule.class);

  private final SecurableService securables;
  private final ModelNames names;
  private final ArtifactSources sources = new ArtifactSources();
  private final ModelService models;
  private final ModelVersionService versions;
  private final RegistrationService registration;
  private final AliasService aliases;
  private final VersionAccessService access;

  /** What the registry uses of the catalog. */
  public record Governance(
      Authorizer authorizer,
      SecurableService securables,
      Deletions deletions,
      AuditLog audit,
      LineageService lineage,
      AccessService access) {}

  /** What the registry uses of the platform. @param store the main store */
  public record Foundation(Database database, FileStore store, InstantSource clock) {}

  /** Creates all services; the tables of {@code db/migration/registry} must be there. */
  public RegistryModule(Foundation foundation, Governance governance, RegistryConfig config) {
    Database database = foundation.database();
    ModelFiles files =
        new ModelFiles(
            foundation.store(),
            new ModelFiles.ArtifactLimits(config.maxArtifactFiles(), config.maxArtifactBytes()));
    this.securables = governance.securables();
    this.names = new ModelNames(config.defaultSchema());
    ModelService.Settings settings = new ModelService.Settings(names, foundation.clock());
    this.models =
        new ModelService(
            database, governance.authorizer(), securables, governance.audit(), settings);
    this.versions =
        new ModelVersionService(database, governance.authorizer(), models, files, settings);
    this.registration =
        new RegistrationService(
            database,
            models,
            versions,
            new RegistrationService.Files(files, sources, governance.lineage()),
            settings);
    this.access =
        new VersionAccessService(database, securables, versions, governance.access(), settings);
    this.aliases = new AliasService(database, models, versions);
    governance
        .deletions()
        .onDelete(SecurableType.REGISTERED_MODEL, model -> files.deleteAll(model.id()));
  }

  /** Sets where the files of new versions are found; the module that keeps runs has it. */
  public void register(ArtifactSource source) {
    sources.register(source);
  }

  /** Cleans up after a server that stopped in the middle. @param caller the registry's own name */
  public void recover(Caller caller, RegistryConfig config) {
    int failed = registration.failAbandoned(caller, config.pendingTimeout());
    if (failed > 0) {
      log.info("Gave up {} model versions that a stopped server left pending", failed);
    }
  }

  public ModelService models() {
    return models;
  }

  public ModelVersionService versions() {
    return versions;
  }

  public RegistrationService registration() {
    return registration;
  }

  public AliasService aliases() {
    return aliases;
  }

  /** Which folders of models may be written. @param caller the registry's own name */
  public ModelFolders folders(Caller caller) {
    return (model, folder) -> access.requireWritable(caller, model, folder);
  }

  /** How names of MLflow clients map to full names. */
  public ModelNames names() {
    return names;
  }

  public List<Routes> routes() {
    UnityWire unity = new UnityWire(registration);
    return List.of(
        new MlflowModelRoutes(models, versions, aliases, names),
        new MlflowVersionRoutes(versions, registration, names),
        new UnityModelRoutes(models, versions, aliases, securables, unity),
        new UnityVersionRoutes(versions, registration, access, unity),
        new VersionFileRoutes(versions, names),
        new UnsupportedRoutes());
  }

  @Override
  public void close() {
    // Nothing runs in the background.
  }
}
