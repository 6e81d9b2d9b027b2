package io.boathouse.catalog.tag;

import java.time.Instant;

/**
 * A tag as it is set on something.
 *
 * @param value empty for a tag that says all by its key
 */
public record Tag(String key, String value, Instant updatedAt, String updatedBy) {}
