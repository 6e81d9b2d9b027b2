package io.boathouse.sql.engine;

import java.time.Duration;

/**
 * How far one query may go.
 *
 * @param deadline how long it may run before it is stopped
 */
public record RunLimits(Duration deadline) {}
