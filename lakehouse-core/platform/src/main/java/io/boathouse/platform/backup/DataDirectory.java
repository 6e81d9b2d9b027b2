package io.boathouse.platform.backup;

import io.boathouse.platform.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The one directory that a server writes: locked while the server runs, so that a second one is
 * refused, and marked with the number of its format. All folders are open to their owner alone.
 */
public final class DataDirectory implements AutoCloseable {
  /** The step at index n turns format n + 1 into n + 2. */
  private static final List<FormatStep> STEPS = List.of();

  /** The format that this version writes. Older ones are brought to it, newer ones refused. */
  public static final int FORMAT = 1 + STEPS.size();

  private static final List<String> FOLDERS =
      List.of("postgres", "storage", "tmp", "cache", "online", "logs");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path root;
  private final FileChannel channel;

  private DataDirectory(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  /**
   * Opens and locks the directory, makes what is missing and empties {@code tmp}.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if another server uses
   *     it, if a newer server wrote it, if it holds something else, or if it cannot be written
   */
  public static DataDirectory open(Path directory) {
    return open(directory, STEPS);
  }

  /**
   * Makes and locks a directory that is to be restored into. It is none that a server would open
   * until {@link #finish}.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if anything is there
   */
  public static DataDirectory fresh(Path directory) {
    Path root = directory.toAbsolutePath().normalize();
    if (Files.exists(root.resolve("format"))) {
      throw DataDirectoryErrors.notEmpty(root);
    }
    return open(directory, Optional.empty());
  }

  /** Marks a fresh directory as a data directory of this format. */
  void finish(int format) {
    try {
      writeFormat(root, format);
    } catch (IOException e) {
      throw DataDirectoryErrors.cannotUse(root, e);
    }
  }

  /** Takes away all that was made in a fresh directory; it must not be finished. */
  public void abandon() {
    try {
      empty(root);
    } catch (IOException e) {
      throw DataDirectoryErrors.cannotUse(root, e);
    }
  }

  static DataDirectory open(Path directory, List<FormatStep> steps) {
    return open(directory, Optional.of(steps));
  }

  private static DataDirectory open(Path directory, Optional<List<FormatStep>> steps) {
    Path root = directory.toAbsolutePath().normalize();
    try {
      refuseForeign(root);
      Files.createDirectories(root, OWNER_ONLY);
      root = root.toRealPath();
      FileChannel channel = lock(root);
      try {
        if (steps.isPresent()) {
          bringToFormat(root, steps.get());
        }
        for (String folder : FOLDERS) {
          Files.createDirectories(root.resolve(folder), OWNER_ONLY);
        }
        empty(root.resolve("tmp"));
        return new DataDirectory(root, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw DataDirectoryErrors.cannotUse(root, e);
    }
  }

  public Path root() {
    return root;
  }

  /** The embedded database: programs, passwords, data. */
  public Path postgres() {
    return root.resolve("postgres");
  }

  /** Table, volume and artifact files, when storage is local. */
  public Path storage() {
    return root.resolve("storage");
  }

  /** What nobody misses after a restart; {@code java.io.tmpdir} of the server and its children. */
  public Path tmp() {
    return root.resolve("tmp");
  }

  /** What can be computed again. */
  public Path cache() {
    return root.resolve("cache");
  }

  /** The embedded online store. */
  public Path online() {
    return root.resolve("online");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** The file with the administrator's token and nothing else. */
  public Path tokenFile() {
    return root.resolve("token");
  }

  /** Replaces the administrator's token file, mode 0600, in one step. */
  public void writeToken(String token) {
    try {
      Path partial = root.resolve("token.partial");
      Files.deleteIfExists(partial);
      Files.createFile(partial, OWNER_FILE);
      Files.writeString(partial, token + "\n", StandardCharsets.US_ASCII);
      Files.move(
          partial,
          tokenFile(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + tokenFile(), e);
    }
  }

  /**
   * The key that seals secrets in the metadata database, made when first asked for. It is not part
   * of a backup, so a backup alone opens nothing.
   */
  public Secret sealingKey() {
    Path file = root.resolve("sealing-key");
    try {
      if (!Files.exists(file)) {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Path partial = root.resolve("sealing-key.partial");
        Files.deleteIfExists(partial);
        Files.createFile(partial, OWNER_FILE);
        Files.writeString(partial, Base64.getEncoder().encodeToString(key));
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return new Secret(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep " + file, e);
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock " + root, e);
    }
  }

  private static void refuseForeign(Path root) throws IOException {
    if (!Files.exists(root) || Files.exists(root.resolve("format"))) {
      return;
    }
    if (!Files.isDirectory(root)) {
      throw DataDirectoryErrors.notOurs(root);
    }
    try (Stream<Path> entries = Files.list(root)) {
      // What the launcher makes, and what a crash within the very first start can leave.
      Set<String> harmless = Set.of("tmp", "lock", "format.partial", "lost+found");
      if (!entries.allMatch(entry -> harmless.contains(entry.getFileName().toString()))) {
        throw DataDirectoryErrors.notOurs(root);
      }
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            OWNER_FILE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        channel.truncate(0);
        String holder = Long.toString(ProcessHandle.current().pid());
        channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.US_ASCII)));
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw DataDirectoryErrors.inUse(root, Long.toString(ProcessHandle.current().pid()));
    }
    var holder = ByteBuffer.allocate(20);
    channel.read(holder, 0);
    channel.close();
    throw DataDirectoryErrors.inUse(
        root, new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII));
  }

  private static void bringToFormat(Path root, List<FormatStep> steps) throws IOException {
    Path file = root.resolve("format");
    int known = 1 + steps.size();
    if (!Files.exists(file)) {
      writeFormat(root, known);
      return;
    }
    String text = Files.readString(file).strip();
    int found;
    try {
      found = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw DataDirectoryErrors.unreadableFormat(root, text);
    }
    if (found > known) {
      throw DataDirectoryErrors.newer(root, found, known);
    }
    if (found < 1) {
      throw DataDirectoryErrors.unreadableFormat(root, text);
    }
    for (int format = found; format < known; format++) {
      steps.get(format - 1).apply(root);
      writeFormat(root, format + 1);
    }
  }

  private static void writeFormat(Path root, int format) throws IOException {
    Path partial = root.resolve("format.partial");
    Files.writeString(partial, format + "\n");
    Files.move(partial, root.resolve("format"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void empty(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(folder)) {
          Files.delete(path);
        }
      }
    }
  }
}
