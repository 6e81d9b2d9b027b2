package io.boathouse.platform.db;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the PostgreSQL programs that the class path carries for this machine. */
final class PostgresBinaries {
  private static final String DONE = "complete";

  private PostgresBinaries() {}

  /**
   * The folder with {@code bin}, {@code lib} and {@code share}. Unpacks on the first use; a folder
   * that a crash left half unpacked is unpacked anew.
   *
   * @param directory where to unpack, one folder for each archive
   */
  static Path unpacked(Path directory) {
    URL archive = PostgresBinaries.class.getResource("/" + resource());
    if (archive == null) {
      throw unsupported();
    }
    try {
      URLConnection connection = archive.openConnection();
      connection.setUseCaches(false);
      Path target =
          directory.resolve("programs-" + Long.toHexString(connection.getContentLengthLong()));
      try (InputStream content = connection.getInputStream()) {
        if (!Files.exists(target.resolve(DONE))) {
          deleteTree(target);
          unpack(content, target);
          Files.createFile(target.resolve(DONE));
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack PostgreSQL below " + directory, e);
    }
  }

  private static String resource() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    boolean arm = arch.equals("aarch64") || arch.equals("arm64");
    boolean intel = arch.equals("amd64") || arch.equals("x86_64");
    if (!arm && !intel) {
      throw unsupported();
    }
    if (os.startsWith("linux")) {
      return arm ? "postgres-linux-arm_64.txz" : "postgres-linux-x86_64.txz";
    }
    if (os.startsWith("mac")) {
      return arm ? "postgres-darwin-arm_64.txz" : "postgres-darwin-x86_64.txz";
    }
    throw unsupported();
  }

  private static RuntimeException unsupported() {
    return DatabaseErrors.unsupportedPlatform(
        System.getProperty("os.name", "?"), System.getProperty("os.arch", "?"));
  }

  private static void unpack(InputStream archive, Path target) throws IOException {
    Files.createDirectories(target);
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("archive entry outside its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(parent(path));
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.createDirectories(parent(path));
          Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
          boolean program = (entry.getMode() & 0111) != 0;
          Files.setPosixFilePermissions(
              path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  /** Deletes a folder with all that is in it; absent is fine. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
