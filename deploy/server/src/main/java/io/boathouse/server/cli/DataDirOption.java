package io.boathouse.server.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option for the data directory, and what can be learned from there. */
final class DataDirOption {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "${env:BOATHOUSE_DATA_DIR:-boathouse-data}",
      description = "The one directory that the server writes (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of("boathouse-data");

  Path directory() {
    return directory.toAbsolutePath().normalize();
  }

  /** The process of the server that runs on the directory, if one does. */
  Optional<ProcessHandle> server() throws IOException {
    Path lock = directory().resolve("lock");
    if (!Files.exists(lock)) {
      return Optional.empty();
    }
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      if (free != null) {
        return Optional.empty();
      }
    }
    String holder = Files.readString(lock).strip();
    return holder.matches("\\d{1,18}")
        ? ProcessHandle.of(Long.parseLong(holder))
        : Optional.empty();
  }

  /** Where the running server answers, as it wrote when it was ready. */
  Optional<String> address() throws IOException {
    Path file = directory().resolve(ADDRESS);
    return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
  }

  /** The file with the running server's address. */
  static final String ADDRESS = "address";
}
