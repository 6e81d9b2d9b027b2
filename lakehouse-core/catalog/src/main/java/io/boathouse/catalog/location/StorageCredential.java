package io.boathouse.catalog.location;

import io.boathouse.catalog.securable.Securable;
import java.net.URI;
import java.util.Optional;

/** How keys to buckets of somebody else are made; what is secret in it is never shown. */
public record StorageCredential(Securable securable, Kind kind) {

  /** The ways there are. */
  public sealed interface Kind {}

  /**
   * A role of AWS that the server takes on with its own identity.
   *
   * @param externalId that the role's trust policy should ask for
   */
  public record IamRole(String roleArn, String externalId) implements Kind {}

  /**
   * A key pair for a store that speaks S3.
   *
   * @param endpoint where the store answers
   * @param pathStyle whether the bucket is part of the path
   * @param role whose keys are given to engines; without one none are
   * @param stsEndpoint where the store's token service answers
   */
  public record S3Compatible(
      String accessKeyId,
      Optional<URI> endpoint,
      Optional<String> region,
      boolean pathStyle,
      Optional<String> role,
      Optional<URI> stsEndpoint)
      implements Kind {}
}
