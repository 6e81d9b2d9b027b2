package io.boathouse.table.iceberg;

import io.boathouse.platform.storage.S3FileStore;
import io.boathouse.platform.storage.S3StoreConfig;
import io.boathouse.platform.storage.StoragePath;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Reads a bucket with the keys that Iceberg's client was given with a table, and no others. */
public final class VendedIo implements FileIO {
  private static final long serialVersionUID = 1L;

  private transient Map<String, String> properties = Map.of();

  @Override
  public void initialize(Map<String, String> given) {
    properties = Map.copyOf(given);
  }

  @Override
  public Map<String, String> properties() {
    return properties;
  }

  private StoreIo io() {
    if (!properties.containsKey("s3.session-token")) {
      throw new ForbiddenException("No keys were given with the table");
    }
    return new StoreIo(
        new S3FileStore(
            new S3StoreConfig(
                properties.get("bucket"),
                StoragePath.ROOT,
                Optional.of(URI.create(properties.get("s3.endpoint"))),
                "us-east-1",
                true,
                Optional.of(
                    new S3StoreConfig.Credentials(
                        properties.get("s3.access-key-id"),
                        properties.get("s3.secret-access-key"))),
                Path.of(properties.get("cache")),
                1 << 20,
                Duration.ofSeconds(10)),
            InstantSource.system()));
  }

  @Override
  public InputFile newInputFile(String path) {
    return io().newInputFile(path);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    throw new UnsupportedOperationException(path);
  }

  @Override
  public void deleteFile(String path) {
    throw new UnsupportedOperationException(path);
  }
}
