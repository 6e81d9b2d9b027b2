package io.boathouse.training.trainer;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** What a model takes and gives, as columns in order, in the words of MLflow. */
public record ModelSignature(List<Column> inputs, List<Column> outputs) {
  /** One named value of a row. */
  public record Column(
      @JsonProperty("type") String type,
      @JsonProperty("name") String name,
      @JsonProperty("required") boolean required) {}

  /** Copies the columns in. */
  public ModelSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** A binary classifier: doubles in, any of which may be missing, and one probability out. */
  static ModelSignature binary(List<String> features) {
    return new ModelSignature(
        features.stream().map(feature -> new Column("double", feature, false)).toList(),
        List.of(new Column("double", OnnxGraph.PROBABILITY, true)));
  }
}
