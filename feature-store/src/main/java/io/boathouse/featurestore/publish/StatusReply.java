package io.boathouse.featurestore.publish;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is online, on the wire; times in ISO 8601. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StatusReply(
    @JsonProperty("name") String name,
    @JsonProperty("rows") long rows,
    @JsonProperty("bytes") long bytes,
    @JsonProperty("newest_event_time") @Nullable String newestEvent,
    @JsonProperty("version") @Nullable Long version,
    @JsonProperty("known_before") @Nullable String knownBefore,
    @JsonProperty("published_at") @Nullable String publishedAt,
    @JsonProperty("mode") @Nullable String mode,
    @JsonProperty("window_seconds") @Nullable Long window,
    @JsonProperty("ttl_seconds") @Nullable Long ttl,
    @JsonProperty("synced_at") @Nullable String syncedAt,
    @JsonProperty("rows_written") @Nullable Long written,
    @JsonProperty("rows_removed") @Nullable Long removed,
    @JsonProperty("table_version") @Nullable Long tableVersion,
    @JsonProperty("lag_versions") @Nullable Long lagVersions,
    @JsonProperty("lag_ms") @Nullable Long lagMillis,
    @JsonProperty("problem") @Nullable String problem) {
  static StatusReply of(OnlineStatus status) {
    Optional<Publication> publication = status.publication();
    Optional<PublishTerms> terms = publication.map(Publication::terms);
    Optional<Long> version = status.version();
    return new StatusReply(
        status.table().toString(),
        status.rows(),
        status.bytes(),
        status.newestEvent().map(Instant::toString).orElse(null),
        version.orElse(null),
        terms.flatMap(PublishTerms::knownBefore).map(Instant::toString).orElse(null),
        publication.map(one -> one.times().published().toString()).orElse(null),
        terms.map(one -> one.mode().name()).orElse(null),
        terms.flatMap(PublishTerms::window).map(Duration::toSeconds).orElse(null),
        terms.flatMap(PublishTerms::ttl).map(Duration::toSeconds).orElse(null),
        publication.map(one -> one.times().synced().toString()).orElse(null),
        publication.map(one -> one.counts().written()).orElse(null),
        publication.map(one -> one.counts().removed()).orElse(null),
        status.lag().map(OnlineStatus.Lag::newestVersion).orElse(null),
        status
            .lag()
            .map(lag -> Math.max(0, lag.newestVersion() - version.orElse(lag.newestVersion())))
            .orElse(null),
        status.lag().map(lag -> lag.behind().toMillis()).orElse(null),
        publication.flatMap(Publication::problem).orElse(null));
  }
}
