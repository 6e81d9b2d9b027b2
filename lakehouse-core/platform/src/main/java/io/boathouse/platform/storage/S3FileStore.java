package io.boathouse.platform.storage;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.io.InputStream;
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
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
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
  private static final String PUT_ID = "boathouse-put-id";
  private static final int DELETE_AT_ONCE = 1000;
  private static final int FORBIDDEN = 403;
  private static final int ABSENT = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int OUT_OF_RANGE = 416;
  private static final int INSUFFICIENT_STORAGE = 507;

  private final S3Client client;
  private final String bucket;
  private final StoragePath prefix;
  private final LocalCopies copies;

  /** Opens a store; nothing is asked of the bucket yet. */
  public S3FileStore(S3StoreConfig config, InstantSource clock) {
    this.bucket = config.bucket();
    this.prefix = config.prefix();
    try {
      this.copies = new LocalCopies(config.cacheFolder(), config.cacheBytes(), clock);
    } catch (IOException e) {
      throw StorageErrors.unavailable(StoragePath.ROOT, e);
    }
    this.client = client(config);
  }

  private static S3Client client(S3StoreConfig config) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(Apache5HttpClient.builder().maxConnections(128))
            .region(Region.of(config.region()))
            .forcePathStyle(config.pathStyle())
            .credentialsProvider(credentials(config))
            .overrideConfiguration(
                override -> override.apiCallAttemptTimeout(config.attemptTimeout()));
    config.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  /** The store's own key pair, or what the environment, the profile or the machine offers. */
  static AwsCredentialsProvider credentials(S3StoreConfig config) {
    return config
        .credentials()
        .<AwsCredentialsProvider>map(
            pair ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(pair.accessKeyId(), pair.secretAccessKey())))
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
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
      return client.getObject(request -> request.bucket(bucket).key(key(path)));
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

  @Override
  public boolean putIfAbsent(StoragePath path, byte[] content) {
    String putId = UUID.randomUUID().toString();
    try {
      var unused =
          client.putObject(
              request ->
                  request
                      .bucket(bucket)
                      .key(key(path))
                      .ifNoneMatch("*")
                      .metadata(Map.of(PUT_ID, putId)),
              RequestBody.fromBytes(content));
      return true;
    } catch (AwsServiceException e) {
      boolean ambiguous =
          e.statusCode() == PRECONDITION_FAILED
              || e.statusCode() == CONFLICT
              || e.statusCode() >= 500;
      if (!ambiguous) {
        throw failure(path, e);
      }
      return settle(path, putId, e);
    } catch (SdkException e) {
      return settle(path, putId, e);
    }
  }

  /** Who wrote the object, after an answer that does not tell. */
  private boolean settle(StoragePath path, String putId, SdkException cause) {
    Optional<HeadObjectResponse> found;
    try {
      found = head(path);
    } catch (LakeException e) {
      cause.addSuppressed(e);
      throw StorageErrors.outcomeUnknown(path, cause);
    }
    return found
        .map(head -> putId.equals(head.metadata().get(PUT_ID)))
        .orElseThrow(() -> StorageErrors.outcomeUnknown(path, cause));
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
  public List<FileInfo> list(StoragePath folder, Optional<StoragePath> startAfter, int limit) {
    List<FileInfo> found = new ArrayList<>();
    String after = startAfter.map(this::key).orElse(null);
    try {
      while (found.size() < limit) {
        String from = after;
        ListObjectsV2Response page =
            client.listObjectsV2(
                request -> request.bucket(bucket).prefix(folderKey(folder)).startAfter(from));
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

  @Override
  public Listing listFolder(StoragePath folder) {
    List<FileInfo> files = new ArrayList<>();
    List<StoragePath> folders = new ArrayList<>();
    try {
      for (ListObjectsV2Response page :
          client.listObjectsV2Paginator(
              request -> request.bucket(bucket).prefix(folderKey(folder)).delimiter("/"))) {
        for (S3Object object : page.contents()) {
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
        var unused =
            client.deleteObjects(
                request -> request.bucket(bucket).delete(delete -> delete.objects(keys)));
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
        bucket + "/" + key(path) + "@" + head.eTag() + "/" + head.lastModified().toEpochMilli();
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
            "NoSuchBucket".equals(code)
                ? StorageErrors.accessDenied(path, cause)
                : StorageErrors.notFound(path);
        case FORBIDDEN -> StorageErrors.accessDenied(path, cause);
        case INSUFFICIENT_STORAGE -> StorageErrors.full(path, cause);
        default -> StorageErrors.unavailable(path, cause);
      };
    }
    return StorageErrors.unavailable(path, cause);
  }
}
