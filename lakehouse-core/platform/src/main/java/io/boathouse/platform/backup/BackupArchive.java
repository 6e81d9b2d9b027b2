package io.boathouse.platform.backup;

import io.boathouse.platform.backup.BackupManifest.Entry;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A written backup, of which nothing is taken before all of it was found whole. */
public final class BackupArchive implements AutoCloseable {
  private final ZipFile zip;
  private final BackupManifest manifest;

  private BackupArchive(ZipFile zip, BackupManifest manifest) {
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * Opens an archive and reads all of it once; the caller closes.
   *
   * @throws LakeException FAILED_PRECONDITION if it is cut off, was altered, or is of a newer
   *     format
   */
  public static BackupArchive open(Path archive) {
    try {
      ZipFile zip = new ZipFile(archive.toFile());
      try {
        BackupManifest manifest = manifest(zip, archive);
        verify(zip, manifest, archive);
        return new BackupArchive(zip, manifest);
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    } catch (IOException e) {
      throw BackupErrors.notWhole(archive, String.valueOf(e.getMessage()));
    }
  }

  private static BackupManifest manifest(ZipFile zip, Path archive) throws IOException {
    ZipEntry entry = zip.getEntry(BackupManifest.NAME);
    if (entry == null) {
      throw BackupErrors.notWhole(archive, "it has no " + BackupManifest.NAME);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      BackupManifest manifest = Json.mapper().readValue(in, BackupManifest.class);
      if (manifest.format() > DataDirectory.FORMAT) {
        throw BackupErrors.newer(archive, manifest.format());
      }
      return manifest;
    }
  }

  private static void verify(ZipFile zip, BackupManifest manifest, Path archive)
      throws IOException {
    Set<String> listed = manifest.entries().stream().map(Entry::name).collect(Collectors.toSet());
    Set<String> found =
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> !name.equals(BackupManifest.NAME))
            .collect(Collectors.toSet());
    if (!found.equals(listed) || zip.size() != manifest.entries().size() + 1) {
      throw BackupErrors.notWhole(archive, "its files are not those of its manifest");
    }
    for (Entry entry : manifest.entries()) {
      MessageDigest digest = Backup.sha256();
      long size;
      try (InputStream in = new DigestInputStream(open(zip, entry), digest)) {
        size = in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      if (size != entry.size()
          || !HexFormat.of().formatHex(digest.digest()).equals(entry.sha256())) {
        throw BackupErrors.notWhole(archive, "the file " + entry.name() + " was altered");
      }
    }
  }

  /** What the archive holds. */
  public BackupManifest manifest() {
    return manifest;
  }

  InputStream open(Entry entry) throws IOException {
    return open(zip, entry);
  }

  private static InputStream open(ZipFile zip, Entry entry) throws IOException {
    return zip.getInputStream(zip.getEntry(entry.name()));
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
