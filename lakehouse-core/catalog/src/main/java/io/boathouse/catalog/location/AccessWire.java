package io.boathouse.catalog.location;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.storage.S3Keys;
import org.jspecify.annotations.Nullable;

/**
 * Unity Catalog's temporary credentials on the wire.
 *
 * @param expirationTime in milliseconds since the epoch
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccessWire(
    @JsonProperty("url") String url,
    @JsonProperty("expiration_time") long expirationTime,
    @JsonProperty("aws_temp_credentials") @Nullable AwsKeys aws,
    @JsonProperty("file_access") @Nullable String fileAccess) {

  /** Keys as Unity Catalog writes them. */
  public record AwsKeys(
      @JsonProperty("access_key_id") String accessKeyId,
      @JsonProperty("secret_access_key") String secretAccessKey,
      @JsonProperty("session_token") String sessionToken) {
    static AwsKeys of(S3Keys keys) {
      return new AwsKeys(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken());
    }
  }

  /** The access as clients of Unity Catalog read it. */
  public static AccessWire of(Access access) {
    return new AccessWire(
        access.url(),
        access.expiresAt().toEpochMilli(),
        access.keys().map(AwsKeys::of).orElse(null),
        access.fileAccess().orElse(null));
  }
}
