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
 */
public record TrainingSetRequest(
    FullName spec,
    int specVersion,
    String labels,
    String timestampColumn,
    String labelColumn,
    List<String> orderBy) {
  public TrainingSetRequest {
    orderBy = List.copyOf(orderBy);
    if (orderBy.isEmpty()) {
      throw TrainingSetErrors.invalid("order_by", "", "at least one column");
    }
  }
}
