package io.boathouse.platform.storage;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 server in this process with one bucket, all in memory. */
public final class ObjectStore implements AutoCloseable {
  private static final String BUCKET = "boathouse-test";
  private static final S3StoreConfig.Credentials CREDENTIALS =
      new S3StoreConfig.Credentials("test-key", "test-secret");

  private final S3Proxy server;

  private ObjectStore(S3Proxy server) {
    this.server = server;
  }

  /** Starts a server on a free port of the loopback interface. */
  public static ObjectStore start() throws Exception {
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(
                AuthenticationType.AWS_V2_OR_V4,
                CREDENTIALS.accessKeyId(),
                CREDENTIALS.secretAccessKey())
            .build();
    server.start();
    ObjectStore store = new ObjectStore(server);
    try (S3Client client =
        S3Client.builder()
            .httpClientBuilder(Apache5HttpClient.builder())
            .endpointOverride(store.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        CREDENTIALS.accessKeyId(), CREDENTIALS.secretAccessKey())))
            .build()) {
      var unused = client.createBucket(request -> request.bucket(BUCKET));
    }
    return store;
  }

  /** Where the server listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** How to reach a prefix of the bucket, through the given address. */
  public S3StoreConfig config(String prefix, URI through, Path cache) {
    return config(prefix, through, cache, Duration.ofSeconds(10));
  }

  /** The same, for a store that waits so long for an answer. */
  public S3StoreConfig config(String prefix, URI through, Path cache, Duration attempt) {
    return new S3StoreConfig(
        BUCKET,
        StoragePath.of(prefix),
        Optional.of(through),
        "us-east-1",
        true,
        Optional.of(CREDENTIALS),
        cache,
        100_000_000,
        attempt);
  }

  /** A store over a prefix of the bucket. */
  public S3FileStore open(String prefix, Path cache) {
    return new S3FileStore(config(prefix, endpoint(), cache), InstantSource.system());
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }
}
