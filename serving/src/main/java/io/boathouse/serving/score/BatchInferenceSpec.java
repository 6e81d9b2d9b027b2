package io.boathouse.serving.score;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.serving.inference.RequestField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is scored with what into what, as a submission says it and as the run keeps it.
 *
 * @param inputTable or {@code query}
 * @param inputVersion of the input table; the newest if absent
 * @param endpoint whose model is asked
 * @param columns of the input that go along; all if absent
 * @param predictionColumn {@code prediction} if absent
 * @param mode {@code append} or {@code overwrite}; append if absent
 * @param failOnError whether a row that the model does not take fails the run; true if absent, else
 *     the prediction is a struct of a result and an error message
 * @param idempotencyKey of the submission
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record BatchInferenceSpec(
    @JsonProperty("input_table") @Nullable String inputTable,
    @JsonProperty("input_version") @Nullable Long inputVersion,
    @JsonProperty("query") @Nullable String query,
    @JsonProperty("endpoint") @Nullable String endpoint,
    @JsonProperty("output_table") @Nullable String outputTable,
    @JsonProperty("columns") @Nullable List<String> columns,
    @JsonProperty("prediction_column") @Nullable String predictionColumn,
    @JsonProperty("mode") @Nullable String mode,
    @JsonProperty("fail_on_error") @Nullable Boolean failOnError,
    @JsonProperty("idempotency_key") @Nullable String idempotencyKey) {

  /** The query whose rows are scored. */
  String select() {
    if ((inputTable == null) == (query == null)) {
      throw BatchErrors.notOneInput();
    }
    if (query != null) {
      if (inputVersion != null) {
        throw BatchErrors.invalid(
            "input_version", inputVersion.toString(), "goes with input_table; a query says it");
      }
      return query;
    }
    FullName table = FullName.parse(SecurableType.TABLE, String.valueOf(inputTable));
    if (inputVersion != null && inputVersion < 0) {
      throw BatchErrors.invalid("input_version", inputVersion.toString(), "must be 0 or more");
    }
    return "SELECT * FROM "
        + SqlText.identifiers(table.parts()).replace(", ", ".")
        + (inputVersion == null ? "" : " VERSION AS OF " + inputVersion);
  }

  /**
   * The query that scores: what goes along of each row, and the model's answer.
   *
   * @param found the columns of the input
   * @param fields what the model takes
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column that the
   *     input lacks, or that is there twice
   */
  String scoring(List<String> found, List<RequestField> fields) {
    List<String> items = new ArrayList<>();
    for (String name : columns == null ? found : columns) {
      if (!found.contains(name)) {
        throw BatchErrors.invalid("columns", name, "is none of the input's columns " + found);
      }
      if (name.equalsIgnoreCase(prediction())) {
        throw BatchErrors.invalid("prediction_column", prediction(), "is a column of the input");
      }
      items.add("input." + SqlText.identifier(name));
    }
    List<String> given = new ArrayList<>();
    for (RequestField field : fields) {
      if (found.contains(field.name())) {
        given.add(SqlText.literal(field.name()) + ", input." + SqlText.identifier(field.name()));
      } else if (field.required()) {
        throw BatchErrors.missingColumn(field.name(), found);
      }
    }
    if (given.isEmpty()) {
      throw BatchErrors.missingColumn(fields.getFirst().name(), found);
    }
    items.add(
        "ai_query(%s, named_struct(%s), failOnError => %s) AS %s"
            .formatted(
                SqlText.literal(endpoint()),
                String.join(", ", given),
                failOnError == null || failOnError,
                SqlText.identifier(prediction())));
    return "SELECT %s FROM (%s\n) AS input".formatted(String.join(", ", items), select());
  }

  @Override
  public String endpoint() {
    if (endpoint == null) {
      throw BatchErrors.invalid("endpoint", "", "must name a serving endpoint");
    }
    return endpoint;
  }

  FullName output() {
    if (outputTable == null) {
      throw BatchErrors.invalid("output_table", "", "must name a table");
    }
    return FullName.parse(SecurableType.TABLE, outputTable);
  }

  String prediction() {
    return predictionColumn == null ? "prediction" : predictionColumn;
  }

  boolean overwrites() {
    String word = mode == null ? "append" : mode.toLowerCase(Locale.ROOT);
    return switch (word) {
      case "append" -> false;
      case "overwrite" -> true;
      default -> throw BatchErrors.invalid("mode", word, "must be append or overwrite");
    };
  }

  /** The same without what only the submission says. */
  BatchInferenceSpec kept() {
    return new BatchInferenceSpec(
        inputTable,
        inputVersion,
        query,
        endpoint,
        outputTable,
        columns,
        predictionColumn,
        mode,
        failOnError,
        null);
  }
}
