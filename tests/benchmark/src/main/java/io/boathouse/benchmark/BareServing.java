package io.boathouse.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Vert.x and ONNX Runtime in a process of their own and nothing else: one row of the MLflow
 * protocol in, its scores out. It knows no caller, checks no name, counts and keeps nothing.
 */
final class BareServing implements AutoCloseable {
  private static final String READY = "ready ";

  private final Process process;
  private final String uri;

  private BareServing(Process process, String uri) {
    this.process = process;
    this.uri = uri;
  }

  /**
   * @param columns of the model's one matrix
   */
  static BareServing start(Path model, int columns) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx640m",
            "-Xms160m",
            BareServing.class.getName(),
            model.toString(),
            Integer.toString(columns));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(READY)) {
        String port = line.substring(READY.length());
        return new BareServing(process, "http://127.0.0.1:" + port + "/invocations");
      }
    }
    throw new IOException("The bare server ended; see its messages above.");
  }

  String uri() {
    return uri;
  }

  double cpuSeconds() {
    return ProcessMemory.cpuSeconds(process.toHandle());
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** The arguments are those that {@link #start} gives. Prints its port. */
  public static void main(String[] arguments) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession session = session(environment, Files.readAllBytes(Path.of(arguments[0])));
    int columns = Integer.parseInt(arguments[1]);
    AtomicInteger port = new AtomicInteger();
    Supplier<AbstractVerticle> one =
        () -> new Loop(new Scorer(environment, session, columns), port);
    var unused =
        Vertx.vertx()
            .deployVerticle(
                one,
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    System.out.println(READY + port.get());
  }

  /** A model on the caller's thread alone. */
  static OrtSession session(OrtEnvironment environment, byte[] model) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    return environment.createSession(model, options);
  }

  /** The same number of rows at a time through buffers that stay. Not thread-safe. */
  static final class Scorer {
    private final OrtSession session;
    private final FloatBuffer cells;
    private final Map<String, OnnxTensor> inputs;

    Scorer(OrtEnvironment environment, OrtSession session, int columns) {
      this(environment, session, 1, columns);
    }

    Scorer(OrtEnvironment environment, OrtSession session, int rows, int columns) {
      this.session = session;
      this.cells =
          ByteBuffer.allocateDirect(4 * rows * columns)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      try {
        this.inputs =
            Map.of(
                "input", OnnxTensor.createTensor(environment, cells, new long[] {rows, columns}));
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    float[] score(float[] values) {
      FloatBuffer unused = cells.put(0, values);
      try (OrtSession.Result result = session.run(inputs)) {
        FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] found = new float[scores.remaining()];
        unused = scores.get(found);
        return found;
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A row of scores as MLflow words it. */
  static byte[] reply(ObjectMapper mapper, float[] scores) throws IOException {
    var bytes = new ByteArrayOutputStream(64);
    try (JsonGenerator out = mapper.getFactory().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeArrayFieldStart("predictions");
      if (scores.length > 1) {
        out.writeStartArray();
      }
      for (float score : scores) {
        out.writeNumber(score);
      }
      if (scores.length > 1) {
        out.writeEndArray();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static final class Loop extends AbstractVerticle {
    private final ObjectMapper mapper = new ObjectMapper();
    private final Scorer scorer;
    private final AtomicInteger port;

    Loop(Scorer scorer, AtomicInteger port) {
      this.scorer = scorer;
      this.port = port;
    }

    @Override
    public void start(Promise<Void> started) {
      vertx
          .createHttpServer()
          .requestHandler(
              request -> {
                var unused = request.bodyHandler(body -> answer(request, body));
              })
          .listen(-1, "127.0.0.1") // all instances share one port
          .onSuccess(server -> port.set(server.actualPort()))
          .<Void>mapEmpty()
          .onComplete(started);
    }

    private void answer(HttpServerRequest request, Buffer body) {
      try {
        JsonNode cells =
            mapper.readTree(body.getBytes()).path("dataframe_split").path("data").path(0);
        float[] values = new float[cells.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) cells.path(i).doubleValue();
        }
        var unused =
            request
                .response()
                .putHeader("content-type", "application/json")
                .end(Buffer.buffer(reply(mapper, scorer.score(values))));
      } catch (IOException e) {
        var unused = request.response().setStatusCode(400).end();
      }
    }
  }
}
