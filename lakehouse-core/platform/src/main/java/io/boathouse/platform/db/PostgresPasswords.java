package io.boathouse.platform.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * The generated passwords of the embedded database.
 *
 * @param superuser of the role that set the database up and serves nothing else
 * @param server of the role that the server works as
 */
record PostgresPasswords(String superuser, String server) {

  @Override
  public String toString() {
    return "PostgresPasswords[***]";
  }

  /** Reads the passwords, or makes new ones in a file that only its owner may read. */
  static PostgresPasswords in(Path file) {
    try {
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        return new PostgresPasswords(lines.get(0), lines.get(1));
      }
      var passwords = new PostgresPasswords(generate(), generate());
      Path partial = file.resolveSibling(file.getFileName() + ".partial");
      Files.deleteIfExists(partial);
      writePrivately(partial, passwords.superuser() + "\n" + passwords.server() + "\n");
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      return passwords;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or write " + file, e);
    }
  }

  /** Creates a file of mode 0600 with this text; the file must not exist. */
  static void writePrivately(Path file, String text) throws IOException {
    var privately =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel =
            Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), privately);
        var writer = Channels.newWriter(channel, StandardCharsets.UTF_8)) {
      writer.write(text);
    }
  }

  private static String generate() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
