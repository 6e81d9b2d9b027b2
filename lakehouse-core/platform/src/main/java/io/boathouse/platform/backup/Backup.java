package io.boathouse.platform.backup;

import io.boathouse.platform.backup.BackupManifest.Entry;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** One state of everything, held still until it is written or closed. */
public final class Backup implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final BackupManifest about;
  private final List<Part> parts;
  private final Runnable release;

  /**
   * @param about all but the entries
   * @param release gives back what holds the state
   */
  Backup(BackupManifest about, List<Part> parts, Runnable release) {
    this.about = about;
    this.parts = List.copyOf(parts);
    this.release = release;
  }

  /**
   * A file to be written.
   *
   * @param size what of it belongs to the state; more may have been appended since
   */
  record Part(String name, long size, Source source) {}

  /** Opens a file; whoever calls closes. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  /**
   * Writes the archive, the manifest last, and leaves the stream open.
   *
   * @throws IOException if the stream fails; what was written then lacks its end
   */
  public void writeTo(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setLevel(Deflater.BEST_SPEED);
    List<Entry> entries = new ArrayList<>(parts.size());
    for (Part part : parts) {
      entries.add(write(zip, part));
    }
    zip.putNextEntry(new ZipEntry(BackupManifest.NAME));
    zip.write(
        Json.write(
            new BackupManifest(
                about.format(),
                about.server(),
                about.takenAt(),
                about.migrations(),
                about.sequences(),
                entries)));
    zip.closeEntry();
    zip.finish();
    zip.flush();
  }

  private static Entry write(ZipOutputStream zip, Part part) throws IOException {
    MessageDigest digest = sha256();
    zip.putNextEntry(new ZipEntry(part.name()));
    byte[] chunk = new byte[CHUNK];
    long left = part.size();
    try (InputStream in = part.source().open()) {
      while (left > 0) {
        int read = in.read(chunk, 0, (int) Math.min(CHUNK, left));
        if (read < 0) {
          throw new IOException(part.name() + " became shorter while it was written");
        }
        digest.update(chunk, 0, read);
        zip.write(chunk, 0, read);
        left -= read;
      }
    }
    zip.closeEntry();
    return new Entry(part.name(), part.size(), HexFormat.of().formatHex(digest.digest()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    release.run();
  }
}
