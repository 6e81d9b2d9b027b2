package io.boathouse.platform.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder held open by its descriptor, reached one segment at a time without following links. What
 * is asked of it happens in that very folder, even when somebody swaps a segment of its path for a
 * link in the meantime.
 */
final class SafeFolder implements AutoCloseable {
  /** A segment is a symbolic link. */
  static final class LinkFoundException extends IOException {
    private static final long serialVersionUID = 1L;

    LinkFoundException(String name) {
      super(name);
    }
  }

  private final SecureDirectoryStream<Path> stream;
  private final Path path;

  private SafeFolder(SecureDirectoryStream<Path> stream, Path path) {
    this.stream = stream;
    this.path = path;
  }

  /**
   * Opens a folder below the root.
   *
   * @throws NoSuchFileException if a segment is absent
   * @throws LinkFoundException if a segment is a link
   * @throws NotDirectoryException if a segment is a file
   */
  static SafeFolder open(Path root, List<String> segments) throws IOException {
    return walk(root, segments, false);
  }

  /** Like {@link #open}, making what is absent and syncing each folder that gets a new child. */
  static SafeFolder create(Path root, List<String> segments) throws IOException {
    return walk(root, segments, true);
  }

  @SuppressWarnings("StreamResourceLeak") // The folder owns its stream and closes it.
  private static SafeFolder walk(Path root, List<String> segments, boolean create)
      throws IOException {
    SafeFolder current = new SafeFolder(secure(Files.newDirectoryStream(root)), root);
    for (String segment : segments) {
      try (SafeFolder above = current) {
        if (create && above.attributes(segment).isEmpty()) {
          above.createFolder(segment);
        }
        current = above.child(segment);
      }
    }
    return current;
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("This system cannot open folders safely; use an object store");
  }

  /** Attributes of a child, of the link itself if it is one; empty if there is none. */
  Optional<BasicFileAttributes> attributes(String name) throws IOException {
    try {
      return Optional.of(
          stream
              .getFileAttributeView(Path.of(name), BasicFileAttributeView.class, NOFOLLOW_LINKS)
              .readAttributes());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  SafeFolder child(String name) throws IOException {
    BasicFileAttributes attributes =
        attributes(name).orElseThrow(() -> new NoSuchFileException(name));
    if (attributes.isSymbolicLink()) {
      throw new LinkFoundException(name);
    }
    if (!attributes.isDirectory()) {
      throw new NotDirectoryException(name);
    }
    return new SafeFolder(
        secure(stream.newDirectoryStream(Path.of(name), NOFOLLOW_LINKS)), path.resolve(name));
  }

  FileChannel channel(String name, OpenOption... options) throws IOException {
    Set<OpenOption> all = new HashSet<>(List.of(options));
    all.add(NOFOLLOW_LINKS);
    SeekableByteChannel channel = stream.newByteChannel(Path.of(name), all);
    if (channel instanceof FileChannel file) {
      return file;
    }
    channel.close();
    throw new IOException("This system opens no files through folders; use an object store");
  }

  /** Renames over whatever file has the name, in one step. */
  void moveInto(String name, SafeFolder target, String targetName) throws IOException {
    stream.move(Path.of(name), target.stream, Path.of(targetName));
  }

  /**
   * Gives a child of this folder a second name elsewhere.
   *
   * @throws FileAlreadyExistsException if that name is taken
   * @throws LinkFoundException if the target folder was swapped while the name was made
   */
  void linkInto(String name, SafeFolder target, String targetName) throws IOException {
    Path unused = Files.createLink(target.path.resolve(targetName), path.resolve(name));
    Object made = target.attributes(targetName).map(BasicFileAttributes::fileKey).orElse(null);
    Object wanted = attributes(name).map(BasicFileAttributes::fileKey).orElse(null);
    if (made == null || !made.equals(wanted)) {
      throw new LinkFoundException(targetName);
    }
  }

  void deleteFile(String name) throws IOException {
    stream.deleteFile(Path.of(name));
  }

  void deleteFolder(String name) throws IOException {
    stream.deleteDirectory(Path.of(name));
  }

  /** The names of the children; to be called once. */
  List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try {
      for (Path child : stream) {
        names.add(child.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /** Makes the names in this folder survive a crash of the machine. */
  void sync() throws IOException {
    try (FileChannel channel = channel(".", READ)) {
      channel.force(true);
    }
  }

  private void createFolder(String name) throws IOException {
    try {
      Path unused = Files.createDirectory(path.resolve(name));
      sync();
    } catch (FileAlreadyExistsException e) {
      if (attributes(name).isEmpty()) {
        throw e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
