package io.boathouse.table.delta;

import io.boathouse.table.type.TableSchema;
import io.delta.kernel.engine.Engine;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of a version out of what the log says of them.
 *
 * @param names the name of each column in the files and statistics, by its name in the schema
 */
record FileFacts(
    Engine engine, TableSchema schema, List<String> partitionColumns, Map<String, String> names) {

  DataFile of(LoggedFile file) {
    Optional<DataFile.DeletedRows> deleted =
        file.deletionVector().map(vector -> new VectorRows(engine, vector));
    DataFile.Origin origin =
        new DataFile.Origin(file.modifiedAt(), file.baseRowId(), file.defaultRowCommitVersion());
    return new DataFile(
        new DataFile.Named(LoggedPath.of(file.path()), file.size(), origin),
        () -> file.statistics().flatMap(json -> StatisticsJson.parse(json, schema, names)),
        partitionValues(file),
        deleted);
  }

  private Map<String, @Nullable String> partitionValues(LoggedFile file) {
    if (partitionColumns.isEmpty()) {
      return Map.of();
    }
    Map<String, @Nullable String> values = new HashMap<>();
    for (String column : partitionColumns) {
      values.put(column, file.partitionValues().get(names.getOrDefault(column, column)));
    }
    return Collections.unmodifiableMap(values);
  }
}
