package io.boathouse.registry.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.registry.signature.ModelSchema.Column;
import io.boathouse.registry.signature.ModelSchema.Columns;
import io.boathouse.registry.signature.ModelSchema.Tensor;
import io.boathouse.registry.signature.ModelSchema.Tensors;
import io.boathouse.registry.signature.ValueType.Kind;
import io.boathouse.registry.signature.ValueType.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MlModelParserTest {
  private static MlModel parse(String yaml) {
    return MlModelParser.parse(yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static MlModel inputs(String json) {
    return parse("signature:\n  inputs: '" + json + "'\n");
  }

  @Test
  void aModelOfMlflowIsRead() {
    MlModel model =
        parse(
            """
            artifact_path: model
            flavors:
              python_function:
                env: {conda: conda.yaml, virtualenv: python_env.yaml}
                loader_module: mlflow.sklearn
                python_version: 3.11.5
              sklearn: {code: null, pickled_model: model.pkl, sklearn_version: 1.5.0}
            mlflow_version: 3.11.1
            model_id: m-0123
            model_size_bytes: 1234
            run_id: 5f1c
            utc_time_created: '2026-11-22 10:00:00.000000'
            saved_input_example_info: {artifact_path: input_example.json, type: dataframe}
            metadata: {boathouse: {feature_spec: main.default.flight_features}}
            signature:
              inputs: '[{"type": "double", "name": "x", "required": true},
                {"type": "string", "name": "y", "required": false}]'
              outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]'
              params: '[{"name": "t", "type": "double", "default": 0.5, "shape": null}]'
            """);
    assertThat(model.flavorNames()).containsExactly("python_function", "sklearn");
    assertThat(model.featureSpec()).hasValue("main.default.flight_features");
    assertThat(model.inputExample()).hasValue("input_example.json");
    assertThat(model.runId()).hasValue("5f1c");
    assertThat(model.modelId()).hasValue("m-0123");
    ModelSignature signature = model.signature().orElseThrow();
    assertThat(signature.inputs())
        .hasValue(
            new Columns(
                List.of(
                    new Column(Optional.of("x"), new Scalar(Kind.DOUBLE), true),
                    new Column(Optional.of("y"), new Scalar(Kind.STRING), false))));
    assertThat(signature.outputs())
        .hasValue(new Tensors(List.of(new Tensor(Optional.empty(), "float32", List.of(-1L, 2L)))));
    assertThat(signature.parameters()).hasSize(1);
    assertThat(signature.parameters().getFirst().defaultValue().asDouble()).isEqualTo(0.5);
  }

  @Test
  void nestedTypesAreReadAndForeignOnesKept() {
    MlModel model =
        inputs(
            """
            [{"name":"a","type":"array","items":{"type":"map","values":{"type":"long"}}},\
            {"name":"o","type":"object","properties":{"p":{"type":"any","required":false}}},\
            {"name":"v","type":"sparkml vector"},\
            {"name":"l","type":"array","items":"float"}]\
            """);
    Columns columns = (Columns) model.signature().orElseThrow().inputs().orElseThrow();
    assertThat(columns.columns().get(0).type())
        .isEqualTo(new ValueType.ListOf(new ValueType.MapOf(new Scalar(Kind.LONG))));
    assertThat(columns.columns().get(1).type())
        .isEqualTo(
            new ValueType.ObjectOf(
                List.of(new ValueType.Property("p", new ValueType.Any(), false))));
    assertThat(columns.columns().get(2).type()).isEqualTo(new ValueType.Unknown("sparkml vector"));
    assertThat(columns.columns().get(3).type())
        .isEqualTo(new ValueType.ListOf(new Scalar(Kind.FLOAT)));
  }

  @Test
  void whatIsStoredReadsBackTheSame() {
    byte[] yaml =
        "flavors: {onnx: {data: m.onnx}}\nsignature: {inputs: '[{\"type\":\"long\"}]'}\n"
            .getBytes(StandardCharsets.UTF_8);
    String stored = Json.writeText(MlModelParser.tree(yaml));
    assertThat(MlModelParser.of(Json.parse(stored))).isEqualTo(MlModelParser.parse(yaml));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"type\":\"double\",\"name\":\"x\"},{\"type\":\"double\",\"name\":\"x\"}]",
        "[{\"type\":\"double\",\"name\":\"x\"},{\"type\":\"double\"}]",
        "[{\"type\":\"double\"},{\"type\":\"tensor\",\"tensor-spec\":{\"dtype\":\"f\",\"shape\":[1]}}]",
        "[{\"name\":\"x\"}]",
        "[{\"type\":\"tensor\",\"tensor-spec\":{\"shape\":[1]}}]",
        "[{\"type\":\"tensor\",\"tensor-spec\":{\"dtype\":\"f\",\"shape\":[1.5]}}]",
        "{}",
        "[",
      })
  void aBrokenSignatureIsRefusedByName(String json) {
    LakeException failure = catchThrowableOfType(LakeException.class, () -> inputs(json));
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.details()).containsEntry("field", "signature.inputs");
  }

  /** Without the limits of the loader the aliases grew the document to gigabytes. */
  @Test
  void hostileYamlIsRefusedOrPlain() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d,".formatted(i - 1).repeat(10)).append("]\n");
    }
    for (String yaml :
        List.of(
            "flavors: {a: 1, a: 2}",
            "[".repeat(1000),
            "- list",
            "text",
            "",
            "a: b: c",
            "\u0000",
            "x: 1\n---\ny: 2")) {
      LakeException failure = catchThrowableOfType(LakeException.class, () -> parse(yaml));
      assertThat(failure).as(yaml).isNotNull();
      assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
    assertThat(parse(bomb.toString()).flavors()).isEmpty();
    assertThat(parse("flavors: !!javax.script.ScriptEngineManager {a: 1}").flavorNames())
        .containsExactly("a");
    LakeException tooLarge =
        catchThrowableOfType(
            LakeException.class, () -> MlModelParser.parse(new byte[MlModelParser.MAX_BYTES + 1]));
    assertThat(tooLarge).hasMessageContaining("larger than");
  }
}
