package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import io.delta.kernel.utils.FileStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;

/**
 * The files that a checkpoint names, read column by column: only the columns that an {@code add}
 * needs, the parts side by side. A checkpoint holds every file once, so nothing is to be reconciled
 * in it (Delta protocol, "Checkpoints"). One of the second kind, Parquet or JSON, may leave its
 * files to sidecars.
 */
final class CheckpointFiles {
  /** Of one file or of several parts, or with a name of its own. */
  private static final Pattern NAME =
      Pattern.compile(
          ".*/\\d{20}\\.checkpoint(?:\\.\\d{10}\\.\\d{10}\\.parquet|\\.[0-9a-fA-F-]{36}\\.(?:parquet|json)|\\.parquet)");

  private static final Pattern SIDECAR = Pattern.compile("[\\w.-]+");
  private static final String SIDECARS = "/_delta_log/_sidecars/";
  private static final int AT_ONCE = 4;

  private CheckpointFiles() {}

  /** What a part says: files, and further parts. */
  record Part(List<LoggedFile> files, List<FileStatus> sidecars) {}

  /**
   * Reads all parts.
   *
   * @return empty if the checkpoint is of a kind that is left to Kernel
   * @throws DamagedFile naming the part that cannot be read
   */
  static Optional<List<LoggedFile>> read(FileStore folder, List<FileStatus> parts) {
    if (parts.isEmpty()
        || !parts.stream().allMatch(part -> NAME.matcher(part.getPath()).matches())) {
      return Optional.empty();
    }
    List<LoggedFile> files = new ArrayList<>();
    List<FileStatus> sidecars = new ArrayList<>();
    for (Optional<Part> part : all(folder, parts)) {
      if (part.isEmpty()) {
        return Optional.empty();
      }
      files.addAll(part.get().files());
      sidecars.addAll(part.get().sidecars());
    }
    for (Optional<Part> part : all(folder, sidecars)) {
      if (part.isEmpty() || !part.get().sidecars().isEmpty()) {
        return Optional.empty();
      }
      files.addAll(part.get().files());
    }
    return Optional.of(files);
  }

  private static List<Optional<Part>> all(FileStore folder, List<FileStatus> parts) {
    if (parts.size() < 2) {
      return parts.stream().map(part -> read(folder, part)).toList();
    }
    int threads = Math.min(AT_ONCE, parts.size());
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("checkpoint-", 0).daemon().factory())) {
      List<Future<Optional<Part>>> reading =
          parts.stream().map(part -> pool.submit(() -> read(folder, part))).toList();
      List<Optional<Part>> read = new ArrayList<>();
      for (Future<Optional<Part>> one : reading) {
        read.add(one.get());
      }
      return read;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : DeltaErrors.internal("A checkpoint could not be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DeltaErrors.internal("Reading a checkpoint was interrupted", e);
    }
  }

  private static Optional<Part> read(FileStore folder, FileStatus part) {
    String path = part.getPath();
    try {
      return path.endsWith(".json") ? ofJson(folder, path) : ofParquet(folder, part);
    } catch (LakeException e) {
      if (e.code() == ErrorCode.INVALID_ARGUMENT || e.code() == ErrorCode.NOT_FOUND) {
        throw new DamagedFile(path, String.valueOf(e.getMessage()), e);
      }
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new DamagedFile(path, String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<Part> ofParquet(FileStore folder, FileStatus part) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new LogParquet(new StoreInput(folder, part.getPath(), part.getSize())))) {
      Optional<AddColumns> columns = AddColumns.of(reader.getFileMetaData());
      if (columns.isEmpty()) {
        return Optional.empty();
      }
      reader.setRequestedSchema(columns.get().schema());
      Part read = new Part(new ArrayList<>(), new ArrayList<>());
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        columns.get().read(group, read);
      }
      return Optional.of(read);
    }
  }

  private static Optional<Part> ofJson(FileStore folder, String path) throws IOException {
    Part read = new Part(new ArrayList<>(), new ArrayList<>());
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                folder.open(StoreFileIo.inFolder(path)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode action = line.isBlank() ? Json.parse("{}") : Json.parse(line);
        if (action.path("add").isObject()) {
          read.files().add(LoggedFile.of(action.path("add")));
        }
        JsonNode sidecar = action.path("sidecar");
        if (sidecar.isObject()) {
          read.sidecars()
              .add(sidecar(sidecar.path("path").asText(), sidecar.path("sizeInBytes").asLong()));
        }
      }
    }
    return Optional.of(read);
  }

  /** A sidecar by the name that a checkpoint gives it; one that lies elsewhere is none of ours. */
  static FileStatus sidecar(String name, long size) {
    if (!SIDECAR.matcher(name).matches()) {
      throw DeltaErrors.unsupported("a sidecar outside the table's folder");
    }
    return FileStatus.of(StoreFileIo.ROOT + SIDECARS + name, size, 0);
  }
}
