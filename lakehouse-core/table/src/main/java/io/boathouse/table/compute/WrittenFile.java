package io.boathouse.table.compute;

import io.boathouse.table.delta.FileStatistics;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file in a session's scratch folder.
 *
 * @param partitionValues the value of each partition column as text; null for null
 */
public record WrittenFile(
    Path file, FileStatistics statistics, Map<String, @Nullable String> partitionValues) {}
