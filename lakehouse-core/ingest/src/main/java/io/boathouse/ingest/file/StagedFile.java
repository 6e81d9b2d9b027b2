package io.boathouse.ingest.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A private copy of a file, so that what is digested is what is read, whatever happens to the
 * original meanwhile.
 *
 * @param label what the file is called for people
 * @param digest SHA-256 in hexadecimal
 */
record StagedFile(Path path, String label, FileFormat format, long bytes, String digest) {

  /** Copies the content into the folder and closes it. */
  static StagedFile copy(InputStream content, Path folder, String label, FileFormat format) {
    Path path = folder.resolve("staged." + format.word());
    MessageDigest digest = sha256();
    try (var in = new DigestInputStream(new BufferedInputStream(content), digest)) {
      long bytes = Files.copy(in, path);
      if (bytes == 0) {
        throw LoadErrors.empty(label);
      }
      StagedFile staged =
          new StagedFile(path, label, format, bytes, HexFormat.of().formatHex(digest.digest()));
      if (format != FileFormat.PARQUET) {
        staged.requireUtf8Start();
      }
      return staged;
    } catch (IOException e) {
      throw LoadErrors.stagingFailed(e);
    }
  }

  /** A byte order mark of UTF-16 says at once what else would fail in odd ways. */
  private void requireUtf8Start() throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(2);
    }
    boolean utf16 =
        start.length == 2
            && ((start[0] == (byte) 0xFE && start[1] == (byte) 0xFF)
                || (start[0] == (byte) 0xFF && start[1] == (byte) 0xFE));
    if (utf16) {
      throw LoadErrors.notUtf8(label);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
