/** Meters, spans and log set-up. */
@NullMarked
package io.boathouse.platform.telemetry;

import org.jspecify.annotations.NullMarked;
