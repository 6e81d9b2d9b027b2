package io.boathouse.platform.lease;

import java.time.Instant;
import java.util.UUID;

/**
 * The right to do one piece of background work until it expires.
 *
 * @param fence grows with every change of holder, so that a write by a former holder can be refused
 */
public record Lease(String name, UUID holder, long fence, Instant expiresAt) {}
