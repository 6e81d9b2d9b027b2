package io.boathouse.featurestore.join;

import io.boathouse.catalog.securable.FullName;
import java.util.List;

/**
 * What a training set is made of.
 *
 * @param labels a query of the caller's; it must give the spec's inputs
 * @param timestampColumn when each label's features are wanted
 * @param labelColumn what is to be predicted
 * @param orderBy columns that order the rows completely
 * @param join KNOWN_TIME for a set to learn from
 */
public record TrainingSetRequest(
    FullName spec,
    int specVersion,
    String labels,
    String timestampColumn,
    String labelColumn,
    List<String> orderBy,
    Join join) {

  /** Which rows count for a label. */
  public enum Join {
    /** Those whose event and known time are not after it. */
    KNOWN_TIME,
    /** Those whose event is not after it, whenever they became known: what leaks the future. */
    NAIVE
  }

  public TrainingSetRequest {
    orderBy = List.copyOf(orderBy);
    if (orderBy.isEmpty()) {
      throw TrainingSetErrors.invalid("order_by", "", "at least one column");
    }
  }

  /** One to learn from. */
  public TrainingSetRequest(
      FullName spec,
      int specVersion,
      String labels,
      String timestampColumn,
      String labelColumn,
      List<String> orderBy) {
    this(spec, specVersion, labels, timestampColumn, labelColumn, orderBy, Join.KNOWN_TIME);
  }

  /** The same, joined naively. */
  TrainingSetRequest naive() {
    return new TrainingSetRequest(
        spec, specVersion, labels, timestampColumn, labelColumn, orderBy, Join.NAIVE);
  }
}
