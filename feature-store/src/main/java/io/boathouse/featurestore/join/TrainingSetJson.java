package io.boathouse.featurestore.join;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.join.TrainingSetRequest.Join;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Training sets as JSON, in the metadata database. */
final class TrainingSetJson {
  private TrainingSetJson() {}

  /**
   * @param naive absent for a set that respects known times
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RequestJson(
      @JsonProperty("spec") String spec,
      @JsonProperty("spec_version") int specVersion,
      @JsonProperty("labels") String labels,
      @JsonProperty("timestamp_column") String timestampColumn,
      @JsonProperty("label_column") String labelColumn,
      @JsonProperty("order_by") List<String> orderBy,
      @JsonProperty("naive") @Nullable Boolean naive) {
    static RequestJson of(TrainingSetRequest request) {
      return new RequestJson(
          request.spec().toString(),
          request.specVersion(),
          request.labels(),
          request.timestampColumn(),
          request.labelColumn(),
          request.orderBy(),
          request.join() == Join.NAIVE ? true : null);
    }

    TrainingSetRequest toRequest() {
      return new TrainingSetRequest(
          FullName.parse(SecurableType.FUNCTION, spec),
          specVersion,
          labels,
          timestampColumn,
          labelColumn,
          orderBy,
          Boolean.TRUE.equals(naive) ? Join.NAIVE : Join.KNOWN_TIME);
    }
  }

  record ColumnJson(@JsonProperty("name") String name, @JsonProperty("type") String type) {
    static ColumnJson of(TrainingSet.Column column) {
      return new ColumnJson(column.name(), column.sqlType());
    }
  }

  record ResultJson(
      @JsonProperty("columns") List<ColumnJson> columns,
      @JsonProperty("features") List<String> features,
      @JsonProperty("label_versions") Map<String, Long> labelVersions,
      @JsonProperty("feature_versions") Map<String, Long> featureVersions,
      @JsonProperty("policies") @Nullable Map<String, String> policies,
      @JsonProperty("groups") @Nullable Set<String> groups,
      @JsonProperty("rows") long rows,
      @JsonProperty("not_found") Map<String, Long> notFound,
      @JsonProperty("not_known") @Nullable Map<String, Long> notKnown,
      @JsonProperty("sha256") String sha256) {
    /** Nothing is said of policies where a set was made before there were any. */
    TrainingSet.Shown shown() {
      return new TrainingSet.Shown(
          policies == null ? new TreeMap<>() : new TreeMap<>(policies),
          groups == null ? Set.of() : groups);
    }
  }
}
