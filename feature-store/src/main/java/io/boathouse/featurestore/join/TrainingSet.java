package io.boathouse.featurestore.join;

import io.boathouse.platform.storage.StoragePath;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;

/**
 * A table of labels with the features that were known at each label's time; never changes.
 *
 * @param id 32 hexadecimal digits
 * @param features the looked-up and request columns of the spec, in its order
 * @param labelVersions versions of the tables that the labels are from
 * @param featureVersions versions of the feature tables
 * @param shown through which policies its maker saw those tables
 * @param notFound labels without a row, by lookup: its position and table
 * @param sha256 of the values, in the order of rows and columns
 */
public record TrainingSet(
    String id,
    TrainingSetRequest request,
    List<Column> columns,
    List<String> features,
    SortedMap<String, Long> labelVersions,
    SortedMap<String, Long> featureVersions,
    Shown shown,
    long rows,
    SortedMap<String, Long> notFound,
    String sha256,
    Instant createdAt,
    UUID createdBy,
    String creator) {
  private static final StoragePath FOLDER = StoragePath.of("training-sets");

  public TrainingSet {
    columns = List.copyOf(columns);
    features = List.copyOf(features);
  }

  /**
   * What its maker could see of the tables that it is made of.
   *
   * @param policies versions of the policies, by table; none for a table without
   * @param groups of its maker then, if there are policies
   */
  public record Shown(SortedMap<String, String> policies, Set<String> groups) {
    public Shown {
      groups = Set.copyOf(groups);
    }
  }

  /** A column of the rows. */
  public record Column(String name, String sqlType) {}

  /** Where the rows are, as Parquet, in the main file store. */
  public StoragePath data() {
    return data(id);
  }

  /**
   * The column of a name, in any case of its letters.
   *
   * @param field what named it, for the error
   */
  Column column(String field, String name) {
    return columns.stream()
        .filter(column -> column.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                TrainingSetErrors.invalid(
                    field, name, "one of " + columns.stream().map(Column::name).toList()));
  }

  static StoragePath data(String id) {
    return FOLDER.resolve(id).resolve("data.parquet");
  }
}
