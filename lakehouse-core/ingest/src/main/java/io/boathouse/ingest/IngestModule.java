package io.boathouse.ingest;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.volume.VolumeFileService;
import io.boathouse.catalog.volume.VolumePath;
import io.boathouse.ingest.file.FileLoader;
import io.boathouse.ingest.file.FileSource;
import io.boathouse.ingest.file.SelectGovernor;
import io.boathouse.ingest.upload.IngestRoutes;
import io.boathouse.ingest.upload.UploadStore;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.http.Routes;
import io.boathouse.table.write.TableService;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Puts ingestion together. */
public final class IngestModule implements AutoCloseable {
  private final UploadStore uploads;
  private final FileLoader loader;

  /**
   * What the module runs on.
   *
   * @param folder for uploads, emptied first; below the data directory's tmp
   */
  public record Platform(DuckDb duckDb, Path folder, InstantSource clock) {}

  /** What loads take from the catalog. */
  public record Governance(
      Authorizer authorizer,
      RelationService relations,
      PolicyService policies,
      LineageService lineage,
      VolumeFileService volumeFiles) {}

  /**
   * @param governor the wall for transforms and rules, provided by the SQL room
   */
  public IngestModule(
      Platform platform, Governance governance, TableService tables, SelectGovernor governor) {
    uploads = new UploadStore(platform.folder(), platform.clock());
    loader =
        new FileLoader(
            new FileLoader.Rooms(
                governance.authorizer(),
                governance.relations(),
                governance.policies(),
                governance.lineage(),
                tables,
                (caller, source) ->
                    switch (source) {
                      case FileSource.InVolume(String path) ->
                          governance.volumeFiles().open(caller, VolumePath.parse(path));
                      case FileSource.Uploaded upload -> uploads.open(caller, upload.id());
                    }),
            platform.duckDb(),
            governor);
  }

  public FileLoader loader() {
    return loader;
  }

  public UploadStore uploads() {
    return uploads;
  }

  /** The endpoints of this module. */
  public List<Routes> routes() {
    return List.of(new IngestRoutes(uploads, loader));
  }

  @Override
  public void close() {
    loader.close();
    uploads.close();
  }
}
