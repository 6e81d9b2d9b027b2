package io.boathouse.platform.storage;

import java.net.URI;
import java.util.Optional;

/**
 * A bucket of somebody else and how keys to it are made.
 *
 * @param endpoint where the token service answers, instead of the one that AWS has
 * @param region the bucket's, instead of the server's own
 * @param credentials to ask with, instead of the server's own
 * @param role whose keys are given
 * @param externalId that the role may ask for, so that nobody else's request is taken for ours
 */
public record ExternalBucket(
    String bucket,
    Optional<URI> endpoint,
    Optional<String> region,
    Optional<S3StoreConfig.Credentials> credentials,
    String role,
    Optional<String> externalId) {}
