package io.boathouse.table.compute;

import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.type.StoredField;
import io.boathouse.table.type.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The names of data files. Ours tell which columns are inside, so that those of one schema can be
 * read together without a look into each.
 */
public final class DataFileNames {
  private static final Pattern OURS = Pattern.compile("part-bh-([0-9a-f]{8})-[0-9a-f-]{36}\\..*");

  private DataFileNames() {}

  /** A name that no other file has, for a file with the columns of the schema. */
  public static StoragePath next(TableSchema schema, List<String> partitionColumns) {
    return next(TableShape.of(schema, partitionColumns));
  }

  /** A name that no other file has, for a file of the table. */
  public static StoragePath next(TableShape shape) {
    StringBuilder columns = new StringBuilder();
    for (StoredField field : shape.inFiles()) {
      columns.append(field.name()).append(' ').append(field.type().text()).append('\n');
    }
    CRC32 sum = new CRC32();
    sum.update(columns.toString().getBytes(StandardCharsets.UTF_8));
    return StoragePath.of(
        "part-bh-%08x-%s%s".formatted(sum.getValue(), UUID.randomUUID(), shape.codec().suffix()));
  }

  /** A name that no other file has, for rows that changed. */
  public static StoragePath nextOfChanges(TableShape shape) {
    return StoragePath.of("_change_data/cdc-bh-" + UUID.randomUUID() + shape.codec().suffix());
  }

  /** The sum over the columns of a file of ours; files with the same one have the same columns. */
  static Optional<String> columnsOf(StoragePath path) {
    Matcher name = OURS.matcher(path.value());
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }
}
