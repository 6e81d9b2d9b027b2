package io.boathouse.ingest.file;

import io.boathouse.catalog.securable.FullName;
import java.util.Map;
import java.util.Optional;

/**
 * What a load did, the same however often it is asked for: {@code read} rows became {@code
 * written}, {@code duplicates} and rejects, unless a transform made more or fewer of them.
 *
 * @param version of the table that holds the rows
 * @param created whether this call created the table
 * @param alreadyLoaded whether an earlier call had loaded this very file
 * @param read rows in the file, with those that could not be read
 * @param rejected rows kept out, by reason
 * @param rejectsTable where those are; empty if there are none
 * @param digest SHA-256 of the file in hexadecimal
 */
public record LoadResult(
    FullName table,
    long version,
    boolean created,
    boolean alreadyLoaded,
    long read,
    long written,
    long duplicates,
    Map<String, Long> rejected,
    Optional<FullName> rejectsTable,
    String digest) {
  public LoadResult {
    rejected = Map.copyOf(rejected);
  }
}
