package io.boathouse.serving.capture;

import java.time.Instant;

/**
 * A row of an inference table that stands for predictions which have none.
 *
 * @param sampledOut how many the sampling left out since the row before
 * @param dropped for how many there was no room
 */
record Skipped(Instant time, String endpoint, long sampledOut, long dropped) {}
