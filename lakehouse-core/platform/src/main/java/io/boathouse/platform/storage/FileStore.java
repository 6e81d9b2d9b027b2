package io.boathouse.platform.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files below one root, on local disk or in an object store. Keeping the surface this small is the
 * point: what a table format or an artifact tree needs and nothing else. Thread-safe; every method
 * blocks. An absent file is a LakeException NOT_FOUND, an unreachable store UNAVAILABLE, a full one
 * FAILED_PRECONDITION with reason STORAGE_FULL. A file becomes visible whole or not at all, and an
 * acknowledged write survives a crash of this process and of the machine.
 */
public interface FileStore extends AutoCloseable {
  /** What is known about a file; empty if there is none. Folders are not files. */
  Optional<FileInfo> find(StoragePath path);

  /** The whole content; the caller closes. */
  InputStream open(StoragePath path);

  /**
   * Exactly {@code length} bytes from {@code offset}; fails with INVALID_ARGUMENT if the file is
   * shorter.
   */
  byte[] read(StoragePath path, long offset, int length);

  /**
   * Creates the file if nothing has its name: the commit primitive. Of concurrent calls for one
   * path exactly one returns true.
   *
   * @return false if the name is taken; an ambiguous answer of an object store is settled by
   *     reading the content back, and fails with OUTCOME_UNKNOWN if even that is not possible
   */
  boolean putIfAbsent(StoragePath path, byte[] content);

  /** Creates or replaces the file with what the writer produces; streamed, never held in memory. */
  FileInfo put(StoragePath path, ContentWriter writer);

  /**
   * Creates or replaces the file by the content of a local file, which must not be changed
   * afterwards: a store on the same disk may share its content instead of copying it.
   */
  FileInfo putFile(StoragePath path, Path localFile);

  /**
   * Creates or replaces a file with the content of another one. Neither is changed by what becomes
   * of the other; a local store shares the content, an object store copies it by itself.
   */
  default FileInfo copy(StoragePath from, StoragePath to) {
    return putFile(to, localCopy(from));
  }

  /**
   * Files whose path starts with the folder, recursively, sorted by path (UTF-8 byte order).
   *
   * @param folder the folder; the root lists everything
   * @param startAfter only paths greater than this are given; empty for all
   * @param limit at most this many
   */
  List<FileInfo> list(StoragePath folder, Optional<StoragePath> startAfter, int limit);

  /** The direct children of a folder, sorted: files and folders. */
  Listing listFolder(StoragePath folder);

  /** Deletes a file; deleting an absent one is no error. */
  void delete(StoragePath path);

  /** Deletes everything below a folder, and the folder. */
  void deleteFolder(StoragePath folder);

  /**
   * A file on local disk with this content, for engines that read files themselves. On a local
   * store this is the file itself; on an object store a copy in the bounded cache. Never to be
   * written.
   */
  Path localCopy(StoragePath path);

  /** Where the file is as other engines name it: {@code file:///…} or {@code s3://bucket/key}. */
  URI location(StoragePath path);

  /** The same store narrowed to a folder: its paths are relative to it and cannot leave it. */
  FileStore scoped(StoragePath folder);

  @Override
  void close();

  /** Produces the content of a file. */
  @FunctionalInterface
  interface ContentWriter {
    void writeTo(OutputStream out) throws IOException;
  }

  /** The children of a folder. */
  record Listing(List<FileInfo> files, List<StoragePath> folders) {
    public Listing {
      files = List.copyOf(files);
      folders = List.copyOf(folders);
    }
  }
}
