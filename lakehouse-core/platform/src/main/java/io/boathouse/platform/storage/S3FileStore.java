package io.boathouse.platform.storage;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Files below a prefix of an S3 bucket. Put-if-absent is a conditional put that carries an id of
 * its own: where the answer is ambiguous (refused after the client sent it twice, or no answer at
 * all) the id that the object holds tells who wrote it.
 */
public final class S3FileStore implements FileStore {
  private static final int PUTS = 3;
  private static final int DELETE_AT_ONCE = 1000;
  private static final long LARGEST_COPY = 5L << 30;
  private static final int FORBIDDEN = 403;
  private static final int ABSENT = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int OUT_OF_RANGE = 416;
  private static final int SERVER_FAULT = 500;
  private static final int INSUFFICIENT_STORAGE = 507;

  private final S3Client client;
  private final String bucket;
  private final StoragePath prefix;
  private final String endpoint;
  private final LocalCopies copies;

  /** Opens a store; nothing is asked of the bucket yet. */
  public S3FileStore(S3StoreConfig config, InstantSource clock) {
    this(config, S3Connection.credentials(config), copies(config, clock));
  }

  /**
   * @param keys that are asked for at every request
   * @param copies may be shared with other stores
   */
  S3FileStore(S3StoreConfig config, AwsCredentialsProvider keys, LocalCopies copies) {
    this.bucket = config.bucket();
    this.prefix = config.prefix();
    this.endpoint = config.endpoint().map(URI::toString).orElse("");
    this.copies = copies;
    this.client = S3Connection.open(config, keys);
  }

  static LocalCopies copies(S3StoreConfig config, InstantSource clock) {
    try {
      return new LocalCopies(config.cacheFolder(), config.cacheBytes(), clock);
    } catch (IOException e) {
      throw StorageErrors.unavailable(StoragePath.ROOT, e);
    }
  }

  @Override
  public Optional<FileInfo> find(StoragePath path) {
    return path.isRoot() ? Optional.empty() : head(path).map(head -> info(path, head));
  }

  @Override
  public InputStream open(StoragePath path) {
    if (path.isRoot()) {
      throw StorageErrors.notFound(path);
    }
    try {
      return new S3Input(
          client::getObject,
          GetObjectRequest.builder().bucket(bucket).key(key(path)).build(),
          path);
    } catch (SdkException e) {
      throw failure(path, e);
    }
  }

  @Override
  public byte[] read(StoragePath path, long offset, int length) {
    if (offset < 0 || length < 0) {
      throw StorageErrors.tooShort(path, offset, length);
    }
    if (length == 0) {
      FileInfo file = find(path).orElseThrow(() -> StorageErrors.notFound(path));
      if (offset > file.size()) {
        throw StorageErrors.tooShort(path, offset, length);
      }
      return new byte[0];
    }
    String range = "bytes=" + offset + "-" + (offset + length - 1);
    try {
      byte[] bytes =
          client
              .getObjectAsBytes(request -> request.bucket(bucket).key(key(path)).range(range))
              .asByteArrayUnsafe();
      if (bytes.length != length) {
        throw StorageErrors.tooShort(path, offset, length);
      }
      return bytes;
    } catch (AwsServiceException e) {
      throw e.statusCode() == OUT_OF_RANGE
          ? StorageErrors.tooShort(path, offset, length)
          : failure(path, e);
    } catch (SdkException e) {
      throw failure(path, e);
    }
  }

  /**
   * The id goes with the object, so that sending it again is the same put: whether an earlier try
   * or a later one came through, the object is ours.
   */
  @Override
  public boolean putIfAbsent(StoragePath path, byte[] content) {
    String putId = UUID.randomUUID().toString();
    for (int i = 1; ; i++) {
      try {
        putOnce(path, content, putId);
        return true;
      } catch (SdkException e) {
        int status = e instanceof AwsServiceException answer ? answer.statusCode() : SERVER_FAULT;
        boolean taken = status == PRECONDITION_FAILED || status == CONFLICT;
        if (!taken && status < SERVER_FAULT) {
          throw failure(path, e);
        }
        Optional<Boolean> ours = isOurs(path, putId, e);
        if (ours.isPresent()) {
          return ours.get();
        }
        if (!taken || i == PUTS) {
          throw StorageErrors.outcomeUnknown(path, e);
        }
      }
    }
  }

  private void putOnce(StoragePath path, byte[] content, String putId) {
    var unused =
        client.putObject(
            request ->
                request
                    .bucket(bucket)
                    .key(key(path))
                    .ifNoneMatch("*")
                    .metadata(Map.of(S3Upload.ID, putId)),
            RequestBody.fromBytes(content));
  }

  /**
   * Who wrote the object, after an answer that does not tell; empty if there is none. The id is at
   * the end of an answer's head, so only an answer whose body came too is believed.
   */
  private Optional<Boolean> isOurs(StoragePath path, String putId, SdkException cause) {
    try {
      GetObjectResponse found =
          client.getObject(
              request -> request.bucket(bucket).key(key(path)),
              (answer, body) -> {
                long length = body.transferTo(OutputStream.nullOutputStream());
                if (length != answer.contentLength()) {
                  throw RetryableException.create("The answer ended within its body");
                }
                return answer;
              });
      return Optional.of(putId.equals(found.metadata().get(S3Upload.ID)));
    } catch (AwsServiceException e) {
      if (e.statusCode() == ABSENT) {
        return Optional.empty();
      }
      cause.addSuppressed(e);
      throw StorageErrors.outcomeUnknown(path, cause);
    } catch (SdkException e) {
      cause.addSuppressed(e);
      throw StorageErrors.outcomeUnknown(path, cause);
    }
  }

  @Override
  public FileInfo put(StoragePath path, ContentWriter writer) {
    try (S3Upload upload = new S3Upload(client, bucket, key(path))) {
      writer.writeTo(upload);
      long size = upload.complete();
      FileInfo written = find(path).orElseThrow(() -> StorageErrors.notFound(path));
      return new FileInfo(path, size, written.modifiedAt());
    } catch (SdkException e) {
      throw failure(path, e);
    } catch (IOException e) {
      throw StorageErrors.unavailable(path, e);
    }
  }

  @Override
  public FileInfo putFile(StoragePath path, Path localFile) {
    return put(path, out -> Files.copy(localFile, out));
  }

  @Override
  public FileInfo copy(StoragePath from, StoragePath to) {
    FileInfo source = find(from).orElseThrow(() -> StorageErrors.notFound(from));
    if (source.size() > LARGEST_COPY) {
      return putFile(to, localCopy(from));
    }
    try {
      var unused =
          client.copyObject(
              request ->
                  request
                      .sourceBucket(bucket)
                      .sourceKey(key(from))
                      .destinationBucket(bucket)
                      .destinationKey(key(to)));
    } catch (SdkException e) {
      throw failure(from, e);
    }
    return find(to).orElseThrow(() -> StorageErrors.notFound(to));
  }

  @Override
  public List<FileInfo> list(StoragePath folder, Optional<StoragePath> startAfter, int limit) {
    List<FileInfo> found = new ArrayList<>();
    String after = startAfter.map(this::key).orElse(null);
    try {
      while (found.size() < limit) {
        String from = after;
        ListObjectsV2Response page =
            whole(
                client.listObjectsV2(
                    request -> request.bucket(bucket).prefix(folderKey(folder)).startAfter(from)));
        for (S3Object object : page.contents()) {
          after = object.key();
          if (found.size() < limit) {
            path(object.key()).ifPresent(path -> found.add(info(path, object)));
          }
        }
        if (!Boolean.TRUE.equals(page.isTruncated()) || page.contents().isEmpty()) {
          break;
        }
      }
      return found;
    } catch (SdkException e) {
      throw failure(folder, e);
    }
  }

  /** An answer without a body would be the listing of an empty folder. */
  private static ListObjectsV2Response whole(ListObjectsV2Response page) {
    if (page.isTruncated() == null) {
      throw SdkClientException.create("The answer with a listing has no listing");
    }
    return page;
  }

  @Override
  public Listing listFolder(StoragePath folder) {
    List<FileInfo> files = new ArrayList<>();
    List<StoragePath> folders = new ArrayList<>();
    try {
      for (ListObjectsV2Response page :
          client.listObjectsV2Paginator(
              request -> request.bucket(bucket).prefix(folderKey(folder)).delimiter("/"))) {
        for (S3Object object : whole(page).contents()) {
          path(object.key()).ifPresent(path -> files.add(info(path, object)));
        }
        for (CommonPrefix below : page.commonPrefixes()) {
          String key = below.prefix();
          path(key.substring(0, key.length() - 1)).ifPresent(folders::add);
        }
      }
      return new Listing(files, folders);
    } catch (SdkException e) {
      throw failure(folder, e);
    }
  }

  @Override
  public void delete(StoragePath path) {
    try {
      var unused = client.deleteObject(request -> request.bucket(bucket).key(key(path)));
    } catch (SdkException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void deleteFolder(StoragePath folder) {
    try {
      List<FileInfo> files = list(folder, Optional.empty(), DELETE_AT_ONCE);
      while (!files.isEmpty()) {
        List<ObjectIdentifier> keys =
            files.stream()
                .map(file -> ObjectIdentifier.builder().key(key(file.path())).build())
                .toList();
        DeleteObjectsResponse deleted =
            client.deleteObjects(
                request -> request.bucket(bucket).delete(delete -> delete.objects(keys)));
        if (deleted.deleted().size() < keys.size()) {
          throw StorageErrors.notDeleted(folder, deleted.errors().toString());
        }
        files = list(folder, Optional.of(files.getLast().path()), DELETE_AT_ONCE);
      }
    } catch (SdkException e) {
      throw failure(folder, e);
    }
  }

  @Override
  public Path localCopy(StoragePath path) {
    HeadObjectResponse head = head(path).orElseThrow(() -> StorageErrors.notFound(path));
    String version =
        endpoint
            + bucket
            + "/"
            + key(path)
            + "@"
            + head.eTag()
            + "/"
            + head.lastModified().toEpochMilli();
    try {
      return copies.get(version, head.contentLength(), () -> open(path));
    } catch (IOException e) {
      throw String.valueOf(e.getMessage()).contains("No space left on device")
          ? StorageErrors.full(path, e)
          : StorageErrors.unavailable(path, e);
    }
  }

  @Override
  public URI location(StoragePath path) {
    try {
      return new URI("s3", bucket, "/" + key(path), null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("bucket: " + bucket + " (expected: a host name)", e);
    }
  }

  @Override
  public FileStore scoped(StoragePath folder) {
    return new ScopedFileStore(this, folder);
  }

  @Override
  public void close() {
    client.close();
  }

  private Optional<HeadObjectResponse> head(StoragePath path) {
    try {
      return Optional.of(client.headObject(request -> request.bucket(bucket).key(key(path))));
    } catch (AwsServiceException e) {
      if (e.statusCode() == ABSENT) {
        return Optional.empty();
      }
      throw failure(path, e);
    } catch (SdkException e) {
      throw failure(path, e);
    }
  }

  private String key(StoragePath path) {
    return prefix.resolve(path).value();
  }

  private String folderKey(StoragePath folder) {
    StoragePath full = prefix.resolve(folder);
    return full.isRoot() ? "" : full.value() + "/";
  }

  /** The path of a key; empty for a marker of a folder and for names that no path can have. */
  private Optional<StoragePath> path(String key) {
    try {
      StoragePath path = StoragePath.of(key);
      return path.value().equals(key) ? Optional.of(path.relativeTo(prefix)) : Optional.empty();
    } catch (LakeException e) {
      return Optional.empty();
    }
  }

  private static FileInfo info(StoragePath path, HeadObjectResponse head) {
    return new FileInfo(path, head.contentLength(), head.lastModified());
  }

  private static FileInfo info(StoragePath path, S3Object object) {
    return new FileInfo(path, object.size(), object.lastModified());
  }

  private static LakeException failure(StoragePath path, SdkException cause) {
    if (cause instanceof AwsServiceException service) {
      String code = service.awsErrorDetails() == null ? "" : service.awsErrorDetails().errorCode();
      return switch (service.statusCode()) {
        case ABSENT ->
            switch (code) {
              case "NoSuchBucket" -> StorageErrors.accessDenied(path, cause);
              case "NoSuchUpload" -> StorageErrors.unavailable(path, cause);
              default -> StorageErrors.notFound(path);
            };
        case FORBIDDEN -> StorageErrors.accessDenied(path, cause);
        case INSUFFICIENT_STORAGE -> StorageErrors.full(path, cause);
        default -> StorageErrors.unavailable(path, cause);
      };
    }
    return StorageErrors.unavailable(path, cause);
  }
}
