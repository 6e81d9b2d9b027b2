package io.boathouse.table.iceberg;

import io.boathouse.catalog.location.Access;
import io.boathouse.platform.storage.S3Keys;
import java.util.Map;
import org.apache.iceberg.rest.credentials.ImmutableCredential;
import org.apache.iceberg.rest.responses.LoadTableResponse;

/** Temporary access as Iceberg's readers take it: storage credentials, and as configuration. */
final class IcebergAccess {
  private IcebergAccess() {}

  /** Files on the server's own disk need no credential of Iceberg's. */
  static void add(LoadTableResponse.Builder response, Access access) {
    access
        .keys()
        .map(keys -> config(keys))
        .ifPresent(
            config -> {
              LoadTableResponse.Builder unused =
                  response
                      .addAllConfig(config)
                      .addCredential(
                          ImmutableCredential.builder()
                              .prefix(access.url())
                              .config(config)
                              .build());
            });
  }

  private static Map<String, String> config(S3Keys keys) {
    return Map.of(
        "s3.access-key-id", keys.accessKeyId(),
        "s3.secret-access-key", keys.secretAccessKey(),
        "s3.session-token", keys.sessionToken(),
        "s3.session-token-expires-at-ms", Long.toString(keys.expiresAt().toEpochMilli()));
  }
}
