package io.boathouse.table.read;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.read.TableStatistics.OfColumn;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.TableSchema;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The JSON of what tables hold and held. */
final class TableWire {
  private TableWire() {}

  record Version(
      @JsonProperty("version") long version,
      @JsonProperty("at") Instant at,
      @JsonProperty("operation") String operation,
      @JsonProperty("parameters") Map<String, String> parameters,
      @JsonProperty("rows") long rows,
      @JsonProperty("files") long files,
      @JsonProperty("bytes") long bytes) {
    static Version of(Commit commit) {
      return new Version(
          commit.version(),
          commit.at(),
          commit.operation(),
          new TreeMap<>(commit.parameters()),
          commit.rows(),
          commit.files(),
          commit.bytes());
    }
  }

  /** Newest first. */
  record History(@JsonProperty("versions") List<Version> versions) {
    static History of(List<Commit> commits) {
      return new History(commits.stream().map(Version::of).toList());
    }
  }

  record Item(
      @JsonProperty("path") String path,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("rows") Optional<Long> rows,
      @JsonProperty("partition_values") Map<String, @Nullable String> partitionValues) {
    static Item of(DataFile file) {
      return new Item(file.path().value(), file.size(), file.rows(), file.partitionValues());
    }
  }

  record Files(
      @JsonProperty("version") long version,
      @JsonProperty("at") Instant at,
      @JsonProperty("files") List<Item> files,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {
    static Files of(Snapshot snapshot, List<DataFile> shown, Optional<String> nextPageToken) {
      return new Files(
          snapshot.version(), snapshot.at(), shown.stream().map(Item::of).toList(), nextPageToken);
    }
  }

  record NamedType(@JsonProperty("name") String name, @JsonProperty("type") String type) {
    static List<NamedType> of(TableSchema schema) {
      return schema.columns().stream()
          .map(column -> new NamedType(column.name(), column.type().text()))
          .toList();
    }
  }

  /** Rows as lists of texts, in the order of the columns. */
  record Changes(
      @JsonProperty("from_version") long fromVersion,
      @JsonProperty("to_version") long toVersion,
      @JsonProperty("columns") List<NamedType> columns,
      @JsonProperty("rows") List<List<@Nullable String>> rows,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {
    static Changes of(
        ChangeFeed feed, List<List<@Nullable String>> rows, Optional<String> nextPageToken) {
      return new Changes(feed.from(), feed.to(), NamedType.of(feed.schema()), rows, nextPageToken);
    }
  }

  /** Rows of a stream, and the offset of those after them. */
  record Streamed(
      @JsonProperty("columns") List<NamedType> columns,
      @JsonProperty("rows") List<List<@Nullable String>> rows,
      @JsonProperty("next_offset") String nextOffset,
      @JsonProperty("up_to_date") boolean upToDate) {
    static Streamed of(StreamBatch batch, List<List<@Nullable String>> rows, String nextOffset) {
      return new Streamed(NamedType.of(batch.schema()), rows, nextOffset, batch.isUpToDate());
    }
  }

  record ColumnStatistics(
      @JsonProperty("type") String type,
      @JsonProperty("min") Optional<Object> min,
      @JsonProperty("max") Optional<Object> max,
      @JsonProperty("nulls") Optional<Long> nulls) {}

  record Statistics(
      @JsonProperty("version") long version,
      @JsonProperty("at") Instant at,
      @JsonProperty("rows") long rows,
      @JsonProperty("files") long files,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("columns") Map<String, ColumnStatistics> columns) {
    static Statistics of(TableReader.Described described) {
      TableStatistics found = described.statistics();
      Map<String, ColumnStatistics> columns = new LinkedHashMap<>();
      for (Column column : described.schema().columns()) {
        OfColumn of = found.columns().get(column.name());
        if (of != null) {
          columns.put(
              column.name(),
              new ColumnStatistics(
                  column.type().text(),
                  of.min().map(Statistics::value),
                  of.max().map(Statistics::value),
                  of.nulls()));
        }
      }
      return new Statistics(
          found.version(), found.at(), found.rows(), found.files(), found.bytes(), columns);
    }

    /** Numbers and truth values as they are, the rest as text. */
    private static Object value(Comparable<?> bound) {
      return bound instanceof Number || bound instanceof Boolean ? bound : bound.toString();
    }
  }
}
