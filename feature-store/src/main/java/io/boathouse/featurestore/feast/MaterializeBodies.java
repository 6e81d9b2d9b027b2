package io.boathouse.featurestore.feast;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request to materialize says; without views it is about all of the schema. */
final class MaterializeBodies {
  private MaterializeBodies() {}

  record Whole(
      @JsonProperty("start_ts") @Nullable String start,
      @JsonProperty("end_ts") @Nullable String end,
      @JsonProperty("feature_views") @Nullable List<String> views) {}

  record Incremental(
      @JsonProperty("end_ts") @Nullable String end,
      @JsonProperty("feature_views") @Nullable List<String> views) {}
}
