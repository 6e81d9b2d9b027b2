package io.boathouse.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.featurestore.join.MatrixColumn;
import io.boathouse.featurestore.join.TrainingMatrixWriter;
import io.boathouse.platform.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerMainTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T10:00:00.123456Z"));

  @TempDir Path folder;
  private RecordingTrackingServer server;
  private ObjectNode job;

  @BeforeEach
  void prepareJob() throws IOException {
    server = new RecordingTrackingServer();
    write("train.bhm", SyntheticRows.of(3_000, 1));
    write("may.bhm", SyntheticRows.of(1_500, 2));
    write("june.bhm", SyntheticRows.of(1_500, 3));
    job = Json.mapper().createObjectNode();
    job.put("format", 1)
        .put("tracking_uri", server.uri())
        .put("experiment_id", "7")
        .put("run_name", "honest")
        .put("trainer", "boosted-trees")
        .put("seed", 42)
        .put("train", folder.resolve("train.bhm").toString())
        .put("validation", folder.resolve("may.bhm").toString())
        .put("test", folder.resolve("june.bhm").toString())
        .put("label_column", "late")
        .put("group_column", "day")
        .put("calibration", "platt")
        .put("bootstrap_rounds", 50)
        .put("model_name", "main.default.late")
        .put("alias", "champion");
    job.putObject("params").put("rounds", 30).put("max_depth", 4);
    job.putObject("tags").put("feature_spec", "main.flights.spec@3");
    job.putObject("model_tags").put("story", "quickstart");
    job.putArray("datasets")
        .addObject()
        .put("name", "flights")
        .put("digest", "v12")
        .put("source_type", "delta")
        .put("source", "main.default.flights")
        .put("context", "training");
    SyntheticRows.FEATURES.forEach(job.putArray("feature_columns")::add);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void aJobLogsItsRunAsAnOutsiderWouldAndRegistersTheModel() throws IOException {
    Ended ended = run(Map.of("BOATHOUSE_TOKEN", "s3cret"), "");
    assertThat(ended.exit()).as(ended.lines().toString()).isZero();

    assertThat(server.calls).allMatch(call -> call.authorization().equals("Bearer s3cret"));
    assertThat(server.to("runs/create")).hasSize(1);
    assertThat(server.logged("params"))
        .containsEntry("trainer", "boosted-trees")
        .containsEntry("seed", "42")
        .containsEntry("rounds", "30")
        .containsEntry("learning_rate", "0.1")
        .containsEntry("threads", "2");
    assertThat(server.logged("tags"))
        .containsEntry("feature_spec", "main.flights.spec@3")
        .containsEntry("boathouse.matrix.train.spec", "3")
        .containsEntry("boathouse.calibration", "platt")
        .containsKey("boathouse.matrix.test.sha256");
    assertThat(server.logged("metrics"))
        .containsKeys(
            "test.auc",
            "test.auc_low",
            "test.auc_high",
            "test.average_precision",
            "test.log_loss",
            "test.brier",
            "test.ece",
            "validation.auc",
            "conversion.max_abs_diff",
            "calibration.slope");
    assertThat(Double.parseDouble(server.logged("metrics").get("test.auc"))).isGreaterThan(0.7);
    assertThat(server.artifacts())
        .containsKeys(
            "model/MLmodel",
            "model/model.onnx",
            "model/booster.ubj",
            "model/input_example.json",
            "model/provenance.txt",
            "evaluation/test.json",
            "evaluation/validation.json",
            "evaluation/importance.json",
            "plots/calibration.png",
            "plots/roc.png",
            "plots/importance.png");
    JsonNode inputs = server.to("runs/log-inputs").getFirst().json();
    assertThat(inputs.at("/datasets/0/dataset/name").asText()).isEqualTo("flights");
    assertThat(inputs.at("/datasets/0/tags/0/value").asText()).isEqualTo("training");
    JsonNode version = server.to("model-versions/create").getFirst().json();
    assertThat(version.path("source").asText())
        .isEqualTo("mlflow-artifacts:/7/" + RecordingTrackingServer.RUN + "/artifacts/model");
    assertThat(version.at("/tags/0/key").asText()).isEqualTo("story");
    assertThat(server.to("registered-models/alias").getFirst().json().path("version").asText())
        .isEqualTo("3");
    assertThat(server.lastStatus()).contains("FINISHED");
    JsonNode last = ended.lines().getLast();
    assertThat(last.path("phase").asText()).isEqualTo("done");
    assertThat(last.path("model_version").asText()).isEqualTo("3");
    assertThat(last.at("/metrics/test.auc").isNumber()).isTrue();
    assertThat(ended.lines())
        .extracting(line -> line.path("phase").asText())
        .contains("read", "train", "convert", "calibrate", "evaluate", "upload", "register");
  }

  @Test
  void theMlmodelFileSaysWhatServingNeeds() throws IOException {
    run(Map.of(), "");
    String yaml = new String(server.artifacts().get("model/MLmodel"), StandardCharsets.UTF_8);
    assertThat(yaml)
        .contains("  onnx:\n    data: \"model.onnx\"\n    onnx_version: \"1.12.0\"\n")
        .contains("  boathouse:\n    trainer: \"boosted-trees\"\n")
        .contains("run_id: \"" + RecordingTrackingServer.RUN + "\"\n")
        .contains("utc_time_created: \"2026-11-22 10:00:00.123456\"\n")
        .containsPattern("model_uuid: \"[0-9a-f]{32}\"\n")
        .contains(
            "  inputs:"
                + " \"[{\\\"type\\\":\\\"double\\\",\\\"name\\\":\\\"late_share\\\",\\\"required\\\":false},")
        .contains("\\\"name\\\":\\\"probability\\\",\\\"required\\\":true}]\"\n");
    JsonNode example = Json.parse(server.artifacts().get("model/input_example.json"));
    assertThat(example.path("columns")).hasSize(SyntheticRows.FEATURES.size());
    assertThat(example.at("/data/0/5").isNull()).isTrue();
    JsonNode logged =
        Json.parse(server.to("runs/log-model").getFirst().json().path("model_json").asText());
    assertThat(logged.at("/flavors/onnx/data").asText()).isEqualTo("model.onnx");
    assertThat(logged.path("artifact_path").asText()).isEqualTo("model");
  }

  @Test
  void theSameJobTwiceGivesTheSameModelFilesAndFigures() throws IOException {
    run(Map.of(), "");
    Map<String, byte[]> first = server.artifacts();
    Map<String, String> firstMetrics = server.logged("metrics");
    server.calls.clear();
    run(Map.of(), "");
    server
        .artifacts()
        .forEach((path, bytes) -> assertThat(bytes).as(path).isEqualTo(first.get(path)));
    assertThat(server.logged("metrics")).isEqualTo(firstMetrics);
  }

  @Test
  void anExistingRunIsUsedAndTheTokenMayComeByStandardInput() throws IOException {
    job.put("run_id", RecordingTrackingServer.RUN).put("token_from", "stdin");
    job.remove(List.of("experiment_id", "model_name", "alias"));
    Ended ended = run(Map.of("BOATHOUSE_TOKEN", "wrong"), "from-stdin\n");
    assertThat(ended.exit()).isZero();
    assertThat(server.calls).allMatch(call -> call.authorization().equals("Bearer from-stdin"));
    assertThat(server.to("runs/create")).isEmpty();
    assertThat(server.to("runs/update").getFirst().json().path("status").asText())
        .isEqualTo("RUNNING");
    assertThat(server.to("registered-models/create")).isEmpty();
  }

  @Test
  void aModelThatIsRegisteredAlreadyGetsItsNextVersion() throws IOException {
    server.answer(
        "registered-models/create",
        400,
        "{\"error_code\":\"RESOURCE_ALREADY_EXISTS\",\"message\":\"Registered Model exists\"}");
    assertThat(run(Map.of(), "").exit()).isZero();
    assertThat(server.to("model-versions/create")).hasSize(1);
  }

  @Test
  void anUploadIsTriedAgainWhileTheServerIsBusy() throws IOException {
    server.refuseUploads(2);
    assertThat(run(Map.of(), "").exit()).isZero();
    assertThat(server.artifacts()).containsKey("model/MLmodel");
  }

  @Test
  void aFailedJobMarksItsRunAndSaysWhyInOneLine() throws IOException {
    job.putObject("params").put("depht", 3);
    Ended ended = run(Map.of(), "");
    assertThat(ended.exit()).isEqualTo(1);
    JsonNode error = ended.lines().getLast().path("error");
    assertThat(error.path("code").asText()).isEqualTo("INVALID_ARGUMENT");
    assertThat(error.path("message").asText()).contains("'depht'").contains("max_depth");
    assertThat(server.lastStatus()).contains("FAILED");
    assertThat(server.logged("tags").get("boathouse.error")).contains("'depht'");
    assertThat(server.artifacts()).isEmpty();
    assertThat(server.to("model-versions/create")).isEmpty();
  }

  @Test
  void columnsThatTheMatrixLacksAndTrainersThatCannotBeCalibratedAreRefusedByName()
      throws IOException {
    job.put("label_column", "delay");
    assertThat(run(Map.of(), "").lines().getLast().at("/error/message").asText())
        .contains("'delay'");
    job.put("label_column", "late").put("trainer", "cart").putObject("params");
    assertThat(run(Map.of(), "").lines().getLast().at("/error/reason").asText())
        .isEqualTo("NOT_CALIBRATABLE");
    job.put("trainer", "oracle");
    assertThat(run(Map.of(), "").lines().getLast().at("/error/message").asText())
        .contains("'oracle'")
        .contains("random-forest");
  }

  @Test
  void aJobFileThatIsWrongTouchesNoRun() throws IOException {
    for (String bad :
        List.of(
            "",
            "not json",
            "{\"format\":2}",
            job.deepCopy().put("surprise", 1).toString(),
            job.deepCopy().put("seed", "many").toString(),
            job.deepCopy().put("calibration", "isotonic").toString(),
            job.deepCopy().put("tracking_uri", "file:///etc").toString(),
            job.deepCopy().without(List.of("train")).toString(),
            job.deepCopy().without(List.of("feature_columns")).toString(),
            job.deepCopy().without(List.of("model_name")).toString(),
            job.deepCopy().without(List.of("validation")).toString())) {
      Ended ended = run(Map.of(), "", bad);
      assertThat(ended.exit()).as(bad).isEqualTo(2);
      assertThat(ended.lines()).hasSize(1);
      assertThat(ended.lines().getFirst().at("/error/code").asText()).isEqualTo("INVALID_ARGUMENT");
    }
    assertThat(server.calls).isEmpty();
  }

  @Test
  void aForestIsLoggedInTribuosForm() throws IOException {
    job.put("trainer", "random-forest").put("calibration", "none");
    job.putObject("params").put("trees", 4).put("max_depth", 5);
    assertThat(run(Map.of(), "").exit()).isZero();
    assertThat(server.artifacts())
        .containsKey("model/model.tribuo")
        .doesNotContainKey("model/model.onnx");
    assertThat(new String(server.artifacts().get("model/MLmodel"), StandardCharsets.UTF_8))
        .contains("  tribuo:\n    data: \"model.tribuo\"\n    imputation:\n      late_share: 0.")
        .contains("    positive_label: \"1\"\n    tribuo_version: \"4.3.2\"\n");
  }

  @Test
  void theProcessKeepsItsOutputToJsonLinesAndEndsWithItsParent() throws Exception {
    Path file = folder.resolve("job.json");
    Files.writeString(file, job.toString());
    Process child = start(file);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    List<JsonNode> lines = lines(child.getInputStream().readAllBytes());
    assertThat(child.exitValue()).isZero();
    assertThat(lines.getLast().path("phase").asText()).isEqualTo("done");

    job.put("exit_with_parent", true).putObject("params").put("rounds", 10_000).put("threads", 1);
    Files.writeString(file, job.toString());
    Process orphan = start(file);
    while (orphan.getInputStream().read() != '\n') {
      // Waits for the first line: the run has begun.
    }
    orphan.getOutputStream().close();
    assertThat(orphan.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(orphan.exitValue()).isEqualTo(143);
    assertThat(server.lastStatus()).contains("KILLED");
  }

  private Process start(Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.awt.headless=true",
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            TrainerMain.class.getName(),
            file.toString())
        .redirectError(folder.resolve("stderr.txt").toFile())
        .start();
  }

  private record Ended(int exit, List<JsonNode> lines) {}

  private Ended run(Map<String, String> environment, String stdin) throws IOException {
    return run(environment, stdin, job.toString());
  }

  private Ended run(Map<String, String> environment, String stdin, String content)
      throws IOException {
    Path file = folder.resolve("job.json");
    Files.writeString(file, content);
    var out = new ByteArrayOutputStream();
    var main =
        new TrainerMain(
            environment,
            new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            CLOCK,
            Trainers.withoutEngine());
    return new Ended(main.run(List.of(file.toString())), lines(out.toByteArray()));
  }

  private static List<JsonNode> lines(byte[] output) {
    var lines = new ArrayList<JsonNode>();
    new String(output, StandardCharsets.UTF_8).lines().forEach(line -> lines.add(Json.parse(line)));
    return lines;
  }

  private void write(String name, TrainingData data) {
    var columns = new ArrayList<MatrixColumn>();
    data.features().forEach(feature -> columns.add(MatrixColumn.feature(feature)));
    columns.add(MatrixColumn.label("late"));
    columns.add(MatrixColumn.group("day"));
    try (var writer =
        TrainingMatrixWriter.create(
            folder.resolve(name), columns, data.rows(), Map.of("spec", "3"))) {
      for (int row = 0; row < data.rows(); row++) {
        double[] values = new double[columns.size()];
        for (int feature = 0; feature < data.width(); feature++) {
          values[feature] = data.value(row, feature);
        }
        values[data.width()] = data.labels()[row];
        values[data.width() + 1] = data.groups()[row];
        writer.appendRow(values);
      }
      writer.finish();
    }
  }
}
