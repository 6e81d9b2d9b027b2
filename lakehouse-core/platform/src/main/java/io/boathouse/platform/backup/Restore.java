package io.boathouse.platform.backup;

import io.boathouse.platform.backup.BackupManifest.Entry;
import io.boathouse.platform.backup.BackupManifest.Part;
import io.boathouse.platform.db.DatabaseLoad;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts a backup into a fresh data directory, which is one only when all of it is there. */
public final class Restore {
  private Restore() {}

  /**
   * What was put where.
   *
   * @param rows of the metadata database
   */
  public record Restored(long rows, int files, long bytes) {}

  /**
   * Restores everything or leaves the directory empty.
   *
   * @param target the fresh directory, for the online store
   * @param database empty
   * @param store empty
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if the database is not
   *     empty or the backup newer than this server
   */
  public static Restored run(
      BackupArchive archive, DataDirectory target, DatabaseLoad database, FileStore store)
      throws IOException {
    BackupManifest manifest = archive.manifest();
    Map<String, Entry> tables =
        manifest.entries(Part.DATABASE).stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.name().substring(Part.DATABASE.prefix.length()),
                    Function.identity()));
    long rows =
        database.run(
            manifest.migrations(),
            tables.keySet(),
            manifest.sequences(),
            table -> archive.open(Objects.requireNonNull(tables.get(table))));
    files(archive, Part.STORAGE, store);
    try (LocalFileStore online = new LocalFileStore(target.online())) {
      files(archive, Part.ONLINE, online);
    }
    target.finish(manifest.format());
    return new Restored(rows, manifest.entries().size() - tables.size(), manifest.bytes());
  }

  private static void files(BackupArchive archive, Part part, FileStore store) throws IOException {
    for (Entry entry : archive.manifest().entries(part)) {
      StoragePath path = StoragePath.of(entry.name().substring(part.prefix.length()));
      try (InputStream in = archive.open(entry)) {
        var unused = store.put(path, out -> in.transferTo(out));
      }
    }
  }
}
