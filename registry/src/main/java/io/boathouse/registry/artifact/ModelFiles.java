package io.boathouse.registry.artifact;

import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The files of all versions, at {@code models/<model-id>/<version>/model/…} of the main store. Each
 * version has its own copy, so that what was registered stays as it was.
 */
public final class ModelFiles {
  private static final StoragePath ROOT = StoragePath.of("models");
  private static final int PAGE = 1000;

  private final FileStore store;
  private final ArtifactLimits limits;

  public ModelFiles(FileStore store, ArtifactLimits limits) {
    this.store = store;
    this.limits = limits;
  }

  /** How much one version may hold. */
  public record ArtifactLimits(int files, long bytes) {}

  /** The folder of a version's files in the main store. */
  public static StoragePath folder(UUID modelId, int version) {
    return ROOT.resolve(modelId.toString()).resolve(Integer.toString(version)).resolve("model");
  }

  /** The main store narrowed to a version's files. */
  public FileStore scoped(UUID modelId, int version) {
    return store.scoped(folder(modelId, version));
  }

  /** Where clients of object stores and local tools find a version's files. */
  public String location(UUID modelId, int version) {
    return location(folder(modelId, version));
  }

  /** The folder of all versions of a model, as a URI. */
  public String location(UUID modelId) {
    return location(ROOT.resolve(modelId.toString()));
  }

  private String location(StoragePath folder) {
    String uri = store.location(folder).toString();
    return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
  }

  /**
   * Copies the files of a source into a version's folder and digests them.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if there are too many or too
   *     large ones; what was copied until then is left for {@link #delete}
   */
  public List<ArtifactFile> copy(ResolvedArtifacts source, UUID modelId, int version) {
    FileStore target = scoped(modelId, version);
    List<ArtifactFile> copied = new ArrayList<>();
    Budget budget = new Budget();
    Optional<FileInfo> single =
        source.path().isRoot() ? Optional.empty() : source.store().find(source.path());
    if (single.isPresent()) {
      budget.take(single.get());
      copied.add(copyOne(source.store(), source.path(), target, source.path().name()));
      return copied;
    }
    Optional<StoragePath> after = Optional.empty();
    while (true) {
      List<FileInfo> page = source.store().list(source.path(), after, PAGE);
      for (FileInfo file : page) {
        budget.take(file);
        String name = file.path().relativeTo(source.path()).value();
        copied.add(copyOne(source.store(), file.path(), target, name));
      }
      if (page.size() < PAGE) {
        return copied;
      }
      after = Optional.of(page.getLast().path());
    }
  }

  /** Digests the files that are in a version's folder. */
  public List<ArtifactFile> digest(UUID modelId, int version) {
    FileStore files = scoped(modelId, version);
    List<ArtifactFile> digested = new ArrayList<>();
    Budget budget = new Budget();
    Optional<StoragePath> after = Optional.empty();
    while (true) {
      List<FileInfo> page = files.list(StoragePath.ROOT, after, PAGE);
      for (FileInfo file : page) {
        budget.take(file);
        digested.add(digestOne(files, file));
      }
      if (page.size() < PAGE) {
        return digested;
      }
      after = Optional.of(page.getLast().path());
    }
  }

  /** Deletes the files of one version. */
  public void delete(UUID modelId, int version) {
    store.deleteFolder(folder(modelId, version).parent());
  }

  /** Deletes the files of all versions of a model. */
  public void deleteAll(UUID modelId) {
    store.deleteFolder(ROOT.resolve(modelId.toString()));
  }

  private static ArtifactFile copyOne(FileStore from, StoragePath path, FileStore to, String name) {
    MessageDigest digest = sha256();
    StoragePath target = StoragePath.of(name);
    FileInfo written =
        to.put(
            target,
            out -> {
              try (InputStream in = new DigestInputStream(from.open(path), digest)) {
                long unused = in.transferTo(out);
              }
            });
    return new ArtifactFile(target, written.size(), HexFormat.of().formatHex(digest.digest()));
  }

  private static ArtifactFile digestOne(FileStore files, FileInfo file) {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(files.open(file.path()), digest)) {
      long size = in.transferTo(OutputStream.nullOutputStream());
      return new ArtifactFile(file.path(), size, HexFormat.of().formatHex(digest.digest()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Counts down what a version may still hold. */
  private final class Budget {
    private int files;
    private long bytes;

    void take(FileInfo file) {
      files++;
      bytes += file.size();
      if (files > limits.files() || bytes > limits.bytes()) {
        throw ArtifactErrors.tooMuch(limits.files(), limits.bytes());
      }
    }
  }
}
