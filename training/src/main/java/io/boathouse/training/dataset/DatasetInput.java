package io.boathouse.training.dataset;

import io.boathouse.training.experiment.KeyValue;
import io.boathouse.training.experiment.TrainingErrors;
import java.util.List;
import java.util.Optional;

/**
 * A dataset that a run read.
 *
 * @param digest tells contents of one name apart
 * @param source where it came from, in the form of its source type
 * @param tags of this use of it; {@code mlflow.data.context} says for what
 */
public record DatasetInput(
    String name,
    String digest,
    String sourceType,
    String source,
    Optional<String> schema,
    Optional<String> profile,
    List<KeyValue> tags) {
  private static final String CONTEXT = "mlflow.data.context";

  public DatasetInput {
    tags = List.copyOf(tags);
    check("name", name, 500);
    check("digest", digest, 36);
    check("source", source, 65_535);
    schema.ifPresent(value -> check("schema", value, 1_048_575));
    profile.ifPresent(value -> check("profile", value, 16_777_215));
  }

  /** What the run used it for, such as "train". */
  public Optional<String> context() {
    return tags.stream().filter(tag -> tag.key().equals(CONTEXT)).map(KeyValue::value).findFirst();
  }

  private static void check(String field, String value, int limit) {
    if (value.codePointCount(0, value.length()) > limit) {
      throw TrainingErrors.tooLong("dataset." + field, value, limit);
    }
  }
}
