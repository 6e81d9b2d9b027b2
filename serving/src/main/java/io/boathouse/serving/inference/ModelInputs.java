package io.boathouse.serving.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.featurestore.lookup.LookupPlan;
import io.boathouse.registry.signature.ModelSchema;
import io.boathouse.registry.signature.ModelSignature;
import io.boathouse.registry.signature.ValueType;
import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How requests become a model's inputs, decided once, when it is deployed. */
public final class ModelInputs {
  private final InputAssembler assembler;
  private final @Nullable FeatureAnswers answers;
  private final ModelParams params;

  private ModelInputs(
      InputAssembler assembler, @Nullable FeatureAnswers answers, ModelParams params) {
    this.assembler = assembler;
    this.answers = answers;
    this.params = params;
  }

  /** Of an entity without a model, whose answers are what a plan finds. */
  public static ModelInputs features(LookupPlan plan) {
    var assembler = new ColumnAssembler(List.of(), List.of(), false, plan);
    return new ModelInputs(
        assembler,
        new FeatureAnswers(plan, assembler),
        new ModelParams("a feature spec", Optional.empty(), List.of(), List.of()));
  }

  /**
   * Reads a request in one of the forms of MLflow's protocol.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming what does not fit
   */
  Prepared prepare(InvocationBody body) {
    if (answers != null) {
      List<Tensor> unused = params.complete(List.of(), body.params(), 0);
      return answers.prepare(body);
    }
    Assembled inputs = assembler.assemble(body);
    return new Prepared(
        params.complete(inputs.tensors(), body.params(), inputs.rows()),
        outputs ->
            new Predictor.Scored(
                ReplyBody.text(PredictionReply.of(outputs, inputs.rows())),
                body.clientRequestId(),
                inputs.vectors().map(PredictionReply::vectors)));
  }

  /**
   * All inputs of a model whose rows are known.
   *
   * @param given the request's params; missing for none
   */
  List<Tensor> complete(Tensor matrix, JsonNode given, int rows) {
    return params.complete(
        List.of(matrix), given.isObject() ? Optional.of(given) : Optional.empty(), rows);
  }

  /** What requests may carry under params, as JSON Schema. */
  ObjectNode paramsSchema() {
    return params.schema();
  }

  /** What is no parameter. */
  TensorSpec matrix() {
    return params.others().getFirst();
  }

  /** Whether preparing a request may wait for features that are kept elsewhere. */
  boolean waits() {
    return assembler.waits();
  }

  /** Names of the columns or tensors that a request brings. */
  public List<String> expected() {
    return assembler.expected();
  }

  /** What each row of a request in the form {@code instances} carries. */
  public List<RequestField> fields() {
    return assembler.fields();
  }

  /**
   * Fits the signature to what the runtime takes.
   *
   * @param model for messages
   * @param features columns that the model itself names, for one without a signature
   * @param plan completes requests from the feature store
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if they do not fit
   */
  public static ModelInputs of(
      String model,
      Optional<ModelSignature> signature,
      List<String> features,
      ModelRuntime runtime,
      Optional<LookupPlan> plan) {
    List<ServedColumn> columns = columns(model, signature, features);
    var params =
        new ModelParams(
            model, signature, runtime.inputs(), columns.stream().map(ServedColumn::name).toList());
    List<TensorSpec> specs = params.others();
    if (columns.isEmpty()) {
      if (plan.isPresent()) {
        throw InferenceErrors.signatureMismatch(
            model, "it has a feature spec and no columns that its features could go to");
      }
      return new ModelInputs(InputAssembler.tensors(specs), null, params);
    }
    boolean matrix = isMatrix(specs, columns.size());
    if (matrix) {
      for (ServedColumn column : columns) {
        if (!column.isNumeric()) {
          throw InferenceErrors.signatureMismatch(
              model, "its column '%s' is no number".formatted(column.name()));
        }
      }
    } else {
      requireSameNames(model, columns, specs);
    }
    return new ModelInputs(
        new ColumnAssembler(columns, specs, matrix, plan.orElse(null)), null, params);
  }

  private static boolean isMatrix(List<TensorSpec> specs, int columns) {
    if (specs.size() != 1) {
      return false;
    }
    TensorSpec only = specs.getFirst();
    boolean floating = only.datatype() == Datatype.FP32 || only.datatype() == Datatype.FP64;
    return floating
        && only.shape().size() == 2
        && (only.shape().get(1) == -1 || only.shape().get(1) == columns);
  }

  private static void requireSameNames(
      String model, List<ServedColumn> columns, List<TensorSpec> specs) {
    List<String> names = columns.stream().map(ServedColumn::name).toList();
    for (TensorSpec spec : specs) {
      if (!names.contains(spec.name())) {
        throw InferenceErrors.signatureMismatch(
            model,
            "its signature has the columns %s and it takes the input '%s' of shape %s"
                .formatted(names, spec.name(), spec.shape()));
      }
      boolean column =
          spec.shape().size() == 1 || (spec.shape().size() == 2 && spec.shape().get(1) == 1);
      if (!column) {
        throw InferenceErrors.signatureMismatch(
            model, "its input '%s' of shape %s is no column".formatted(spec.name(), spec.shape()));
      }
      ServedColumn served = columns.get(names.indexOf(spec.name()));
      if (served.isNumeric() == (spec.datatype() == Datatype.BYTES)) {
        throw InferenceErrors.signatureMismatch(
            model,
            "its column '%s' is %s and its input %s"
                .formatted(spec.name(), served.type(), spec.datatype()));
      }
    }
  }

  private static List<ServedColumn> columns(
      String model, Optional<ModelSignature> signature, List<String> features) {
    Optional<ModelSchema> inputs = signature.flatMap(ModelSignature::inputs);
    if (inputs.isPresent() && inputs.get() instanceof ModelSchema.Columns(var columns)) {
      if (columns.stream().anyMatch(column -> column.name().isEmpty())) {
        return List.of();
      }
      return columns.stream().map(column -> served(model, column)).toList();
    }
    if (inputs.isPresent()) {
      return List.of();
    }
    return features.stream()
        .map(name -> new ServedColumn(name, ValueType.Kind.DOUBLE, false))
        .toList();
  }

  private static ServedColumn served(String model, ModelSchema.Column column) {
    String name = column.name().orElseThrow();
    if (column.type() instanceof ValueType.Scalar(ValueType.Kind kind)) {
      return new ServedColumn(name, kind, column.required());
    }
    throw InferenceErrors.signatureMismatch(
        model, "its column '%s' is no single value".formatted(name));
  }
}
