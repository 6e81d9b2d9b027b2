package io.boathouse.table.delta;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** The columns of a checkpoint that make its {@code add} actions. */
final class AddColumns {
  private static final String ADD = "add";
  private static final String SIDECAR = "sidecar";
  private static final Set<String> WANTED =
      Set.of(
          "path",
          "partitionValues",
          "size",
          "modificationTime",
          "stats",
          "deletionVector",
          "tags",
          "baseRowId",
          "defaultRowCommitVersion");

  private final MessageType schema;
  private final String writer;

  private AddColumns(MessageType schema, String writer) {
    this.schema = schema;
    this.writer = writer;
  }

  /** Empty if the file names no files, neither of the table nor further parts. */
  static Optional<AddColumns> of(FileMetaData file) {
    MessageType whole = file.getSchema();
    List<Type> groups = new ArrayList<>();
    wanted(whole, ADD, WANTED).ifPresent(groups::add);
    wanted(whole, SIDECAR, Set.of("path", "sizeInBytes")).ifPresent(groups::add);
    return groups.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new AddColumns(new MessageType(whole.getName(), groups), file.getCreatedBy()));
  }

  private static Optional<Type> wanted(MessageType whole, String group, Set<String> fields) {
    if (!whole.containsField(group)) {
      return Optional.empty();
    }
    GroupType type = whole.getType(group).asGroupType();
    return Optional.of(
        type.withNewFields(
            type.getFields().stream().filter(field -> fields.contains(field.getName())).toList()));
  }

  /** What of the file has to be read. */
  MessageType schema() {
    return schema;
  }

  /** Adds what a group of rows names to a part. */
  void read(PageReadStore group, CheckpointFiles.Part part) {
    ColumnReads reading = new ColumnReads(schema, group, writer);
    files(reading, part.files());
    IntFunction<@Nullable String> path = reading.texts(SIDECAR, "path");
    IntFunction<@Nullable Long> size = reading.numbers(SIDECAR, "sizeInBytes");
    for (int row = 0; row < reading.rows(); row++) {
      String name = path.apply(row);
      if (name != null) {
        part.sidecars()
            .add(CheckpointFiles.sidecar(name, required(size.apply(row), "sizeInBytes")));
      }
    }
  }

  private static void files(ColumnReads reading, List<LoggedFile> files) {
    IntFunction<@Nullable String> path = reading.texts(ADD, "path");
    IntFunction<@Nullable Long> size = reading.numbers(ADD, "size");
    IntFunction<@Nullable Long> modifiedAt = reading.numbers(ADD, "modificationTime");
    IntFunction<@Nullable String> statistics = reading.texts(ADD, "stats");
    IntFunction<Map<String, @Nullable String>> partition = reading.maps(ADD, "partitionValues");
    IntFunction<Map<String, @Nullable String>> tags = reading.maps(ADD, "tags");
    IntFunction<@Nullable Long> rowId = reading.numbers(ADD, "baseRowId");
    IntFunction<@Nullable Long> rowVersion = reading.numbers(ADD, "defaultRowCommitVersion");
    IntFunction<Optional<DeletionVectorDescriptor>> vector = vectors(reading);
    for (int row = 0; row < reading.rows(); row++) {
      String name = path.apply(row);
      if (name != null) {
        files.add(
            new LoggedFile(
                name,
                partition.apply(row),
                required(size.apply(row), "size"),
                required(modifiedAt.apply(row), "modificationTime"),
                Optional.ofNullable(statistics.apply(row)),
                vector.apply(row),
                tags.apply(row),
                Optional.ofNullable(rowId.apply(row)),
                Optional.ofNullable(rowVersion.apply(row))));
      }
    }
  }

  private static <T> T required(@Nullable T value, String field) {
    if (value == null) {
      throw new IllegalArgumentException(field + ": missing");
    }
    return value;
  }

  private static IntFunction<Optional<DeletionVectorDescriptor>> vectors(ColumnReads reading) {
    String vector = "deletionVector";
    IntFunction<@Nullable String> type = reading.texts(ADD, vector, "storageType");
    IntFunction<@Nullable String> place = reading.texts(ADD, vector, "pathOrInlineDv");
    IntFunction<@Nullable Long> offset = reading.numbers(ADD, vector, "offset");
    IntFunction<@Nullable Long> size = reading.numbers(ADD, vector, "sizeInBytes");
    IntFunction<@Nullable Long> count = reading.numbers(ADD, vector, "cardinality");
    return row ->
        Optional.ofNullable(type.apply(row))
            .map(
                storage ->
                    new DeletionVectorDescriptor(
                        storage,
                        required(place.apply(row), "pathOrInlineDv"),
                        Optional.ofNullable(offset.apply(row)).map(Math::toIntExact),
                        Math.toIntExact(required(size.apply(row), "sizeInBytes")),
                        required(count.apply(row), "cardinality")));
  }
}
