package io.boathouse.ingest.upload;

import io.boathouse.platform.auth.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Bodies that were sent to be loaded, for a day, each for who sent it. They lie in files of one
 * folder and do not survive the process: whoever waits for a load uploads again.
 */
public final class UploadStore implements AutoCloseable {
  private static final Duration RETENTION = Duration.ofDays(1);
  private static final int MAX_KEPT = 1_000;

  private final Path folder;
  private final InstantSource clock;
  private final Map<UUID, Upload> uploads = new ConcurrentHashMap<>();

  /** An upload. @param bytes its size */
  public record Upload(UUID id, UUID principalId, Path path, long bytes, Instant at) {}

  /** Takes over the folder: what an earlier process left there is deleted. */
  public UploadStore(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
    try {
      Files.createDirectories(folder);
      try (Stream<Path> left = Files.list(folder)) {
        for (Path file : left.toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw UploadErrors.notKept(e);
    }
  }

  /** Keeps a body; one that breaks off leaves nothing. */
  public Upload put(Caller caller, InputStream body) {
    expire();
    if (uploads.size() >= MAX_KEPT) {
      throw UploadErrors.tooMany(MAX_KEPT);
    }
    UUID id = UUID.randomUUID();
    Path path = folder.resolve(id.toString());
    boolean whole = false;
    try {
      long bytes = Files.copy(body, path);
      Upload upload = new Upload(id, caller.principalId(), path, bytes, clock.instant());
      uploads.put(id, upload);
      whole = true;
      return upload;
    } catch (IOException e) {
      throw UploadErrors.notKept(e);
    } finally {
      if (!whole) {
        discard(path);
      }
    }
  }

  /** The content of an upload of the caller's. */
  public InputStream open(Caller caller, String id) {
    expire();
    try {
      Upload upload = uploads.get(UUID.fromString(id));
      if (upload != null && upload.principalId().equals(caller.principalId())) {
        return Files.newInputStream(upload.path());
      }
    } catch (IllegalArgumentException e) {
      throw UploadErrors.notFound(id);
    } catch (IOException e) {
      throw UploadErrors.notKept(e);
    }
    throw UploadErrors.notFound(id);
  }

  private void expire() {
    Instant oldest = clock.instant().minus(RETENTION);
    for (Upload upload : List.copyOf(uploads.values())) {
      if (upload.at().isBefore(oldest) && uploads.remove(upload.id(), upload)) {
        discard(upload.path());
      }
    }
  }

  private static void discard(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw UploadErrors.notKept(e);
    }
  }

  @Override
  public void close() {
    uploads.values().forEach(upload -> discard(upload.path()));
    uploads.clear();
  }
}
