package io.boathouse.training.trainer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import io.boathouse.training.evaluate.Scorer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * Scores rows with ONNX Runtime on one thread, in batches through two direct buffers that are made
 * once. Not thread-safe.
 */
public final class OnnxScorer implements Scorer {
  static final int BATCH = 1024;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String input;
  private final String output;
  private final int width;
  private final FloatBuffer inputBuffer;
  private final FloatBuffer outputBuffer;

  private OnnxScorer(OrtEnvironment environment, OrtSession session) throws OrtException {
    this.environment = environment;
    this.session = session;
    this.input = session.getInputNames().iterator().next();
    this.output = session.getOutputNames().iterator().next();
    this.width = width(session);
    this.inputBuffer = direct(BATCH * width);
    this.outputBuffer = direct(BATCH);
  }

  /** Opens a model with one input, float32 [N, features], and one output, float32 [N, 1]. */
  public static OnnxScorer open(byte[] model) {
    try (SessionOptions options = new SessionOptions()) {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return new OnnxScorer(environment, environment.createSession(model, options));
    } catch (OrtException e) {
      throw TrainerErrors.libraryFailed("ONNX Runtime", e);
    }
  }

  private static int width(OrtSession session) throws OrtException {
    var info = (TensorInfo) session.getInputInfo().values().iterator().next().getInfo();
    return Math.toIntExact(info.getShape()[1]);
  }

  /** How many values a row has. */
  public int width() {
    return width;
  }

  @Override
  public float[] score(float[] rows, int count) {
    if (count < 0 || rows.length < (long) count * width) {
      throw TrainerErrors.invalidData(
          "rows", "%d values for %d rows".formatted(rows.length, count), "expected: " + width);
    }
    float[] scores = new float[count];
    try {
      int whole = count / BATCH * BATCH;
      if (whole > 0) {
        scoreBatches(rows, scores, 0, whole, BATCH);
      }
      if (count > whole) {
        scoreBatches(rows, scores, whole, count, count - whole);
      }
      return scores;
    } catch (OrtException e) {
      throw TrainerErrors.libraryFailed("ONNX Runtime", e);
    }
  }

  private void scoreBatches(float[] rows, float[] scores, int from, int to, int batch)
      throws OrtException {
    FloatBuffer in = inputBuffer.slice(0, batch * width);
    FloatBuffer out = outputBuffer.slice(0, batch);
    try (var inTensor = OnnxTensor.createTensor(environment, in, new long[] {batch, width});
        var outTensor = OnnxTensor.createTensor(environment, out, new long[] {batch, 1})) {
      var inputs = Map.of(input, inTensor);
      var outputs = Map.of(output, outTensor);
      for (int at = from; at < to; at += batch) {
        in.put(0, rows, at * width, batch * width);
        session.run(inputs, outputs).close();
        out.get(0, scores, at, batch);
      }
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw TrainerErrors.libraryFailed("ONNX Runtime", e);
    }
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
