package io.boathouse.training.artifact;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.training.experiment.TrainingErrors;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads and writes artifacts by their path in MLflow's proxy. Reading needs CAN_READ on the
 * experiment that the path belongs to, writing CAN_EDIT. Blocks on the store; contents are
 * streamed.
 */
public final class ArtifactService {
  private static final String SCHEME = "mlflow-artifacts:/";

  private final ArtifactLocator locator;

  ArtifactService(ArtifactLocator locator) {
    this.locator = locator;
  }

  /** A file that is open for reading; whoever gets it closes the content. */
  public record OpenArtifact(String name, long size, InputStream content) {}

  /** A child of a folder. @param size in bytes; empty for a folder */
  public record Child(String name, OptionalLong size) {}

  /**
   * Opens a file.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if there is none
   */
  public OpenArtifact open(Caller caller, String path) {
    ArtifactFolder at = locator.locate(caller, Privilege.CAN_READ, ArtifactPaths.parse(path));
    FileInfo file = find(at, path);
    return new OpenArtifact(file.path().name(), file.size(), at.store().open(at.path()));
  }

  private static FileInfo find(ArtifactFolder at, String path) {
    if (at.path().isRoot()) {
      throw TrainingErrors.artifactNotFound(path);
    }
    return at.store().find(at.path()).orElseThrow(() -> TrainingErrors.artifactNotFound(path));
  }

  /** Creates or replaces a file. */
  public void write(Caller caller, String path, InputStream content) {
    ArtifactFolder at = locator.locate(caller, Privilege.CAN_EDIT, ArtifactPaths.parse(path));
    if (at.path().isRoot()) {
      throw TrainingErrors.invalid("path", path, "'%s' is a folder. Name a file inside it.");
    }
    FileInfo unused =
        at.store()
            .put(
                at.path(),
                out -> {
                  long unusedLength = content.transferTo(out);
                });
  }

  /** The children of a folder by name; none if the path is a file or nothing. */
  public List<Child> list(Caller caller, String path) {
    ArtifactFolder at = locator.locate(caller, Privilege.CAN_READ, ArtifactPaths.parse(path));
    if (!at.path().isRoot() && at.store().find(at.path()).isPresent()) {
      return List.of();
    }
    FileStore.Listing listing = at.store().listFolder(at.path());
    List<Child> children = new ArrayList<>();
    listing.files().stream()
        .map(file -> new Child(file.path().name(), OptionalLong.of(file.size())))
        .forEach(children::add);
    listing.folders().stream()
        .map(folder -> new Child(folder.name(), OptionalLong.empty()))
        .forEach(children::add);
    children.sort(Comparator.comparing(Child::name));
    return children;
  }

  /** Deletes a file, or a folder with everything in it. */
  public void delete(Caller caller, String path) {
    ArtifactFolder at = locator.locate(caller, Privilege.CAN_EDIT, ArtifactPaths.parse(path));
    if (!at.path().isRoot() && at.store().find(at.path()).isPresent()) {
      at.store().delete(at.path());
      return;
    }
    FileStore.Listing listing = at.store().listFolder(at.path());
    if (listing.files().isEmpty() && listing.folders().isEmpty()) {
      throw TrainingErrors.artifactNotFound(path);
    }
    at.store().deleteFolder(at.path());
  }

  /**
   * The path in the proxy of something below an artifact URI of a run or model.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the artifacts are not
   *     kept here, or the path climbs
   */
  static String below(String artifactUri, String path) {
    if (!artifactUri.startsWith(SCHEME)) {
      throw TrainingErrors.artifactsElsewhere(artifactUri);
    }
    StoragePath relative = ArtifactPaths.parseOrRoot(path);
    return StoragePath.of(artifactUri.substring(SCHEME.length())).resolve(relative).value();
  }
}
