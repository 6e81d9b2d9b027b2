package io.boathouse.platform.backup;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.DatabaseSnapshot;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Takes backups while the server works. The metadata database is seen as of one moment, at which no
 * file is deleted; files on local disk are then held by second names, so that what is deleted or
 * replaced later is still written. Files may be newer than the database, as after a crash, never
 * older. Thread-safe; every method blocks.
 */
public final class BackupService {
  private static final int PAGE = 1_000;

  private final Places places;
  private final FileStore store;
  private final DataSource database;
  private final Consumer<Caller> gate;
  private final InstantSource clock;
  private final AtomicBoolean running = new AtomicBoolean();

  /**
   * Where things are.
   *
   * @param tmp on the same disk as local files, for second names
   * @param online the embedded online store's logs, which are only appended to
   * @param server the version that the manifest tells
   */
  public record Places(Path tmp, Path online, String server) {}

  /**
   * @param gate refuses whoever may not take everything, and records that it was taken
   */
  public BackupService(
      Places places,
      FileStore store,
      DataSource database,
      Consumer<Caller> gate,
      InstantSource clock) {
    this.places = places;
    this.store = store;
    this.database = database;
    this.gate = gate;
    this.clock = clock;
  }

  /**
   * Holds the present state; the caller closes.
   *
   * @throws io.boathouse.platform.error.LakeException CONFLICT while another backup is written, or
   *     as the gate refuses
   */
  public Backup begin(Caller caller) {
    gate.accept(caller);
    if (!running.compareAndSet(false, true)) {
      throw BackupErrors.running();
    }
    Optional<Path> folder = Optional.empty();
    try {
      Path made = Files.createTempDirectory(places.tmp(), "backup-");
      folder = Optional.of(made);
      return hold(made);
    } catch (IOException e) {
      release(folder);
      throw BackupErrors.cannotHold(e);
    } catch (RuntimeException e) {
      release(folder);
      throw e;
    }
  }

  private Backup hold(Path folder) throws IOException {
    List<Backup.Part> files = new ArrayList<>();
    DatabaseSnapshot snapshot =
        store instanceof LocalFileStore local
            ? local.withoutDeletions(() -> hold(folder, files))
            : hold(folder, files);
    try (snapshot) {
      List<Backup.Part> parts = new ArrayList<>();
      for (String table : snapshot.tables()) {
        Path rows = folder.resolve(table);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(rows))) {
          long unused = snapshot.copy(table, out);
        }
        parts.add(part(BackupManifest.Part.DATABASE, table, rows));
      }
      parts.addAll(files);
      return new Backup(
          new BackupManifest(
              DataDirectory.FORMAT,
              places.server(),
              clock.instant(),
              snapshot.migrations(),
              snapshot.sequences(),
              List.of()),
          parts,
          () -> release(Optional.of(folder)));
    }
  }

  private DatabaseSnapshot hold(Path folder, List<Backup.Part> files) {
    DatabaseSnapshot snapshot = DatabaseSnapshot.open(database);
    try {
      boolean local = store instanceof LocalFileStore;
      each(
          store,
          file ->
              files.add(
                  local
                      ? linked(folder, BackupManifest.Part.STORAGE, store, file, files.size())
                      : new Backup.Part(
                          BackupManifest.Part.STORAGE.prefix + file.path(),
                          file.size(),
                          () -> store.open(file.path()))));
      if (Files.isDirectory(places.online())) {
        try (LocalFileStore online = new LocalFileStore(places.online())) {
          each(
              online,
              file ->
                  files.add(
                      linked(folder, BackupManifest.Part.ONLINE, online, file, files.size())));
        }
      }
      return snapshot;
    } catch (RuntimeException e) {
      snapshot.close();
      throw e;
    }
  }

  private static void each(FileStore store, Consumer<FileInfo> action) {
    Optional<StoragePath> last = Optional.empty();
    while (true) {
      List<FileInfo> page = store.list(StoragePath.ROOT, last, PAGE);
      page.forEach(action);
      if (page.size() < PAGE) {
        return;
      }
      last = Optional.of(page.getLast().path());
    }
  }

  /** A second name for a file; what the first name stands for later does not matter. */
  private static Backup.Part linked(
      Path folder, BackupManifest.Part part, FileStore store, FileInfo file, int number) {
    try {
      Path link = folder.resolve(Integer.toString(number));
      Path held = Files.createLink(link, store.localCopy(file.path()));
      return part(part, file.path().value(), held);
    } catch (NoSuchFileException e) {
      throw BackupErrors.vanished(file.path().value());
    } catch (IOException e) {
      throw BackupErrors.cannotHold(e);
    }
  }

  private static Backup.Part part(BackupManifest.Part part, String name, Path file)
      throws IOException {
    return new Backup.Part(part.prefix + name, Files.size(file), () -> Files.newInputStream(file));
  }

  private void release(Optional<Path> folder) {
    running.set(false);
    if (folder.isEmpty()) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder.get())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw BackupErrors.cannotHold(e);
    }
  }
}
