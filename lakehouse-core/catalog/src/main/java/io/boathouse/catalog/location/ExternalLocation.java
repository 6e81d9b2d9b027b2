package io.boathouse.catalog.location;

import io.boathouse.catalog.securable.Securable;
import java.util.Optional;
import java.util.UUID;

/**
 * A place outside the server's own storage that somebody vouches for.
 *
 * @param url as its maker wrote it
 * @param normalUrl in one spelling, with a slash at its end
 * @param credentialId absent for folders of the server's disk
 * @param readOnly whether nobody gets access to write there
 */
public record ExternalLocation(
    Securable securable,
    String url,
    String normalUrl,
    Optional<UUID> credentialId,
    Optional<String> credentialName,
    boolean readOnly) {
  boolean isLocal() {
    return normalUrl.startsWith("file:");
  }
}
