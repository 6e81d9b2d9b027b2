package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.delta.kernel.internal.rowtracking.RowTrackingMetadataDomain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one version's file does to the version before: action reconciliation of the Delta protocol
 * for a single commit.
 *
 * @param removed keys of files, see {@link LoggedFile#key}
 * @param transactions the version that each application wrote
 * @param highestRowId the last number that a row of the table got, if the version gave any
 */
record CommitActions(
    List<LoggedFile> added,
    List<String> removed,
    Map<String, Long> transactions,
    Optional<Long> inCommitTimestamp,
    Optional<Long> highestRowId) {
  /** Kinds of actions that change neither schema nor protocol, as every writer may write them. */
  private static final Set<String> PLAIN =
      Set.of("commitInfo", "add", "remove", "cdc", "txn", "domainMetadata");

  /**
   * Reads a version's file.
   *
   * @return empty if it changes schema, properties or protocol, or is not understood: then the
   *     version has to be read anew, and whoever reads it says what is wrong with it
   */
  static Optional<CommitActions> read(InputStream content) throws IOException {
    Reading reading = new Reading();
    try (var lines = new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !reading.accepts(Json.parse(line))) {
          return Optional.empty();
        }
      }
    } catch (LakeException | IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
    return reading.isClear() ? Optional.of(reading.done()) : Optional.empty();
  }

  private static final class Reading {
    private final List<LoggedFile> added = new ArrayList<>();
    private final Set<String> removed = new HashSet<>();
    private final Map<String, Long> transactions = new HashMap<>();
    private Optional<Long> inCommitTimestamp = Optional.empty();
    private Optional<Long> highestRowId = Optional.empty();
    private boolean isEmpty = true;

    boolean accepts(JsonNode action) {
      isEmpty = false;
      if (action.size() != 1 || !PLAIN.contains(action.fieldNames().next())) {
        return false;
      }
      JsonNode add = action.path("add");
      JsonNode remove = action.path("remove");
      JsonNode transaction = action.path("txn");
      JsonNode info = action.path("commitInfo");
      if (add.isObject()) {
        added.add(LoggedFile.of(add));
      } else if (remove.isObject() && remove.path("path").isTextual()) {
        removed.add(
            LoggedFile.key(
                remove.path("path").textValue(), LoggedFile.vector(remove.path("deletionVector"))));
      } else if (transaction.isObject() && transaction.path("version").isIntegralNumber()) {
        transactions.put(
            transaction.path("appId").asText(), transaction.path("version").longValue());
      } else if (info.isObject()) {
        JsonNode instant = info.path("inCommitTimestamp");
        inCommitTimestamp =
            instant.isIntegralNumber() ? Optional.of(instant.longValue()) : Optional.empty();
      } else if (action.path("domainMetadata").isObject()) {
        domain(action.path("domainMetadata"));
      } else {
        return action.has("cdc");
      }
      return true;
    }

    private void domain(JsonNode domain) {
      if (domain.path("domain").asText().equals(RowTrackingMetadataDomain.DOMAIN_NAME)) {
        String configuration = domain.path("configuration").asText();
        highestRowId =
            Optional.of(
                RowTrackingMetadataDomain.fromJsonConfiguration(configuration)
                    .getRowIdHighWaterMark());
      }
    }

    /** The protocol forbids to add and remove one file in a commit, so it does not say who wins. */
    boolean isClear() {
      return !isEmpty && added.stream().map(LoggedFile::key).noneMatch(removed::contains);
    }

    CommitActions done() {
      return new CommitActions(
          List.copyOf(added),
          List.copyOf(removed),
          Map.copyOf(transactions),
          inCommitTimestamp,
          highestRowId);
    }
  }
}
