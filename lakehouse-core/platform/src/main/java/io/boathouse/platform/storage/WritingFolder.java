package io.boathouse.platform.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder at a local store's root where files wait until they are whole. A name tells the
 * process that writes it, so that the next start clears away what a crashed one left and nothing
 * else.
 */
final class WritingFolder {
  private static final Logger LOG = LoggerFactory.getLogger(WritingFolder.class);
  private static final String FOLDER = ".boathouse-writing";

  private final Path root;
  private final String owner = owner(ProcessHandle.current());

  private final AtomicBoolean prepared = new AtomicBoolean();

  WritingFolder(Path root) {
    this.root = root;
  }

  /** Makes the folder, which is done before the first write at the latest. */
  void prepare() throws IOException {
    try (SafeFolder folder = SafeFolder.create(root, List.of(FOLDER))) {
      for (String name : folder.names()) {
        if (!isWritten(name)) {
          folder.deleteFile(name);
        }
      }
    }
    prepared.set(true);
  }

  SafeFolder folder() throws IOException {
    if (!prepared.get()) {
      prepare();
    }
    return SafeFolder.open(root, List.of(FOLDER));
  }

  String newName() {
    return owner + "-" + UUID.randomUUID();
  }

  /** Gives the local file a second name here, if it is a plain file on the same disk. */
  boolean adopt(Path localFile, String name) throws IOException {
    if (!Files.isRegularFile(localFile, NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      Path unused = Files.createLink(root.resolve(FOLDER).resolve(name), localFile);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("{} cannot be linked and is copied", localFile, e);
      return false;
    }
  }

  void discard(SafeFolder folder, String name) {
    try {
      if (folder.attributes(name).isPresent()) {
        folder.deleteFile(name);
      }
    } catch (IOException e) {
      LOG.warn("The unfinished file {} stays until the next start", name, e);
    }
  }

  void refuse(StoragePath path) {
    if (path.startsWith(new StoragePath(FOLDER))) {
      throw StorageErrors.reserved(path);
    }
  }

  /** The path of a child, unless it is this folder or no path can have the name. */
  Optional<StoragePath> visible(StoragePath parent, String name) {
    boolean reserved = parent.isRoot() && name.equals(FOLDER);
    if (reserved || !Normalizer.isNormalized(name, Normalizer.Form.NFC)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parent.resolve(name));
    } catch (LakeException e) {
      return Optional.empty();
    }
  }

  private boolean isWritten(String name) {
    if (name.startsWith(owner + "-")) {
      return true;
    }
    String pid = name.substring(0, Math.max(0, name.indexOf('-')));
    return pid.matches("\\d{1,18}")
        && ProcessHandle.of(Long.parseLong(pid))
            .map(process -> name.startsWith(owner(process) + "-"))
            .orElse(false);
  }

  private static String owner(ProcessHandle process) {
    return process.pid()
        + "-"
        + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
