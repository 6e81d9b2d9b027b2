package io.boathouse.featurestore.join;

import io.boathouse.platform.storage.StoragePath;
import java.time.Instant;
import java.util.ArrayList;
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
 * @param notKnown those of them that would have one if known times were not respected; without
 *     lookups of which there are none
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
    SortedMap<String, Long> notKnown,
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

  /** What its maker should know before learning from it. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    notKnown.forEach(
        (lookup, count) -> {
          if (count * 2 > rows) {
            warnings.add(
                "Lookup %s is empty for %d of %d labels (%.0f %%) because its rows became known only after the label's time. Check the table's known_at rule and the labels' times."
                    .formatted(lookup, count, rows, 100.0 * count / rows));
          }
        });
    return warnings;
  }

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
