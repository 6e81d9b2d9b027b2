package io.boathouse.registry.version;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.artifact.ArtifactErrors;
import io.boathouse.registry.artifact.ArtifactSource;
import io.boathouse.registry.artifact.ModelFiles;
import io.boathouse.registry.artifact.ResolvedArtifacts;
import io.boathouse.registry.artifact.SourceUri;
import io.boathouse.registry.model.ModelNames;
import io.boathouse.registry.model.ModelService;
import io.boathouse.registry.model.RegisteredModel;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Finds the files that a source names, with the rights of the caller: those of other versions here,
 * everything else by the module that keeps runs.
 */
final class SourceResolver {
  private static final Pattern LOGGED_MODEL = Pattern.compile("m-[0-9a-f]{32}(/.*)?");
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final ModelService models;
  private final ModelVersionService versions;
  private final ModelFiles files;
  private final ArtifactSource elsewhere;
  private final ModelNames names;

  SourceResolver(
      ModelService models,
      ModelVersionService versions,
      ModelFiles files,
      ArtifactSource elsewhere,
      ModelNames names) {
    this.models = models;
    this.versions = versions;
    this.files = files;
    this.elsewhere = elsewhere;
    this.names = names;
  }

  /**
   * @return empty for a source outside this server
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the source is of no known
   *     form or climbs; NOT_FOUND if it is absent or not the caller's to read
   */
  Optional<ResolvedArtifacts> resolve(Caller caller, String source) {
    if (SourceUri.isElsewhere(source)) {
      return Optional.empty();
    }
    SourceUri uri = SourceUri.parse(source);
    if (uri.scheme().equals("models") && !LOGGED_MODEL.matcher(uri.path()).matches()) {
      return Optional.of(version(caller, source, uri));
    }
    StoragePath path = uri.storagePath();
    List<String> segments = path.segments();
    if (uri.scheme().equals("mlflow-artifacts")
        && segments.size() >= 4
        && segments.get(0).equals("models")
        && UUID_FORM.matcher(segments.get(1)).matches()) {
      return Optional.of(files(caller, source, segments));
    }
    return Optional.of(
        elsewhere.resolve(caller, source).orElseThrow(() -> ArtifactErrors.unknownSource(source)));
  }

  private ResolvedArtifacts version(Caller caller, String source, SourceUri uri) {
    int at = uri.path().lastIndexOf('@');
    int slash = uri.path().lastIndexOf('/');
    if (Math.max(at, slash) < 1) {
      throw ArtifactErrors.unknownSource(source);
    }
    String name = uri.path().substring(0, Math.max(at, slash));
    String which = uri.path().substring(Math.max(at, slash) + 1);
    ModelVersion version =
        at > slash
            ? versions.getByAlias(caller, names.parse(name), which)
            : byNumber(caller, source, name, which);
    return of(version, StoragePath.ROOT);
  }

  private ModelVersion byNumber(Caller caller, String source, String name, String which) {
    if (which.equals("latest")) {
      return versions.getByAlias(caller, names.parse(name), which);
    }
    if (!which.matches("[0-9]{1,9}")) {
      throw ArtifactErrors.unknownSource(source);
    }
    return versions.get(caller, names.parse(name), Integer.parseInt(which));
  }

  private ResolvedArtifacts files(Caller caller, String source, List<String> segments) {
    if (!segments.get(2).matches("[1-9][0-9]{0,8}") || !segments.get(3).equals("model")) {
      throw ArtifactErrors.unknownSource(source);
    }
    RegisteredModel model =
        models.require(caller, Privilege.EXECUTE, UUID.fromString(segments.get(1)));
    ModelVersion version = versions.get(caller, model.name(), Integer.parseInt(segments.get(2)));
    return of(version, StoragePath.of(String.join("/", segments.subList(4, segments.size()))));
  }

  private ResolvedArtifacts of(ModelVersion version, StoragePath inside) {
    FileStore store = files.scoped(version.modelId(), version.number());
    return new ResolvedArtifacts(store, inside, version.runId());
  }
}
