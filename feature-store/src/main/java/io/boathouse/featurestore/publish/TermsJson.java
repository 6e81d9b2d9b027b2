package io.boathouse.featurestore.publish;

import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.publish.PublishTerms.Mode;
import io.boathouse.featurestore.spec.RequestValues;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The terms of a publication as a request or a run gives them. */
record TermsJson(
    @Nullable String knownBefore,
    @Nullable String mode,
    @Nullable Long window,
    @Nullable Long ttl) {
  PublishTerms toTerms() {
    return new PublishTerms(
        mode == null ? Mode.SNAPSHOT : mode(mode),
        Optional.ofNullable(knownBefore)
            .map(
                given -> (Instant) RequestValues.typed("known_before", ValueType.TIMESTAMP, given)),
        Optional.ofNullable(window).map(Duration::ofSeconds),
        Optional.ofNullable(ttl).map(Duration::ofSeconds));
  }

  private static Mode mode(String given) {
    return Arrays.stream(Mode.values())
        .filter(mode -> mode.name().equalsIgnoreCase(given))
        .findFirst()
        .orElseThrow(
            () -> PublishErrors.invalid("mode", given, "SNAPSHOT, TRIGGERED or CONTINUOUS"));
  }
}
