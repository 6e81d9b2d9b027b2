package io.boathouse.serving.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import io.boathouse.platform.error.LakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A model in ONNX Runtime, on one thread per score: the caller's. The model is given as bytes and
 * may name no other file, so loading reads nothing but them.
 */
public final class OnnxRuntime implements ModelRuntime {
  private static final int SCRATCH_BYTES = 64 << 10;

  /** Where a platform thread puts a request's numbers while the model reads them. */
  private static final ThreadLocal<ByteBuffer> SCRATCH =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(SCRATCH_BYTES).order(ByteOrder.nativeOrder()));

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
  private boolean closed;

  private OnnxRuntime(
      OrtEnvironment environment,
      OrtSession session,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs) {
    this.environment = environment;
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * Loads a model.
   *
   * @param name for messages
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it wants another file,
   *     FAILED_PRECONDITION if ONNX Runtime does not take it or its types are not served
   */
  public static OnnxRuntime load(String name, byte[] model) {
    OnnxFile.requireSelfContained(name, model);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      OrtSession session = environment.createSession(model, options);
      try {
        return new OnnxRuntime(
            environment,
            session,
            specs(name, session.getInputInfo()),
            specs(name, session.getOutputInfo()));
      } catch (RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw RuntimeErrors.unloadable(name, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public String platform() {
    return "onnx_onnxv1";
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public List<Tensor> infer(List<Tensor> given) {
    return scored(given, null);
  }

  @Override
  public List<Tensor> infer(List<Tensor> given, Stop stop) {
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      stop.by(() -> terminate(options));
      try {
        return scored(given, options);
      } catch (LakeException e) {
        throw stop.isStopped() ? RuntimeErrors.stopped() : e;
      } finally {
        stop.over();
      }
    } catch (OrtException e) {
      throw RuntimeErrors.failed(e);
    }
  }

  private static void terminate(OrtSession.RunOptions options) {
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      throw RuntimeErrors.failed(e);
    }
  }

  private List<Tensor> scored(List<Tensor> given, OrtSession.@Nullable RunOptions options) {
    InputCheck.require(inputs, given);
    lifetime.readLock().lock();
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      if (closed) {
        throw RuntimeErrors.closed();
      }
      ByteBuffer scratch =
          Thread.currentThread().isVirtual() ? ByteBuffer.allocate(0) : SCRATCH.get().clear();
      for (Tensor tensor : given) {
        tensors.put(tensor.name(), toOnnx(tensor, scratch));
      }
      try (OrtSession.Result result =
          options == null ? session.run(tensors) : session.run(tensors, options)) {
        List<Tensor> found = new ArrayList<>(outputs.size());
        for (TensorSpec output : outputs) {
          found.add(fromOnnx(output, (OnnxTensor) result.get(output.name()).orElseThrow()));
        }
        return found;
      }
    } catch (OrtException e) {
      throw RuntimeErrors.failed(e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
      lifetime.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw RuntimeErrors.failed(e);
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  private OnnxTensor toOnnx(Tensor tensor, ByteBuffer scratch) throws OrtException {
    long[] shape = new long[tensor.shape().size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.shape().get(i);
    }
    return switch (tensor.datatype()) {
      case FP32 ->
          OnnxTensor.createTensor(environment, floats((float[]) tensor.data(), scratch), shape);
      case FP64 ->
          OnnxTensor.createTensor(environment, DoubleBuffer.wrap((double[]) tensor.data()), shape);
      case INT64 ->
          OnnxTensor.createTensor(environment, LongBuffer.wrap((long[]) tensor.data()), shape);
      case INT32 -> OnnxTensor.createTensor(environment, IntBuffer.wrap(ints(tensor)), shape);
      case INT8 -> OnnxTensor.createTensor(environment, bytes(tensor), shape, OnnxJavaType.INT8);
      case INT16 -> OnnxTensor.createTensor(environment, shorts(tensor), shape, OnnxJavaType.INT16);
      case BOOL -> OnnxTensor.createTensor(environment, flags(tensor), shape, OnnxJavaType.BOOL);
      case BYTES -> OnnxTensor.createTensor(environment, (String[]) tensor.data(), shape);
    };
  }

  /** ONNX Runtime reads direct memory in place, and copies any other into some of its own. */
  private static FloatBuffer floats(float[] values, ByteBuffer scratch) {
    if (values.length == 0 || values.length > scratch.remaining() / Float.BYTES) {
      return FloatBuffer.wrap(values);
    }
    int bytes = Float.BYTES * values.length;
    FloatBuffer direct =
        scratch.slice(scratch.position(), bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
    ByteBuffer unused = scratch.position(scratch.position() + bytes);
    return direct.put(0, values);
  }

  private static int[] ints(Tensor tensor) {
    return Arrays.stream((long[]) tensor.data()).mapToInt(Math::toIntExact).toArray();
  }

  private static ByteBuffer bytes(Tensor tensor) {
    long[] values = (long[]) tensor.data();
    ByteBuffer buffer = ByteBuffer.allocateDirect(values.length);
    for (long value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  private static ByteBuffer shorts(Tensor tensor) {
    long[] values = (long[]) tensor.data();
    ByteBuffer buffer = ByteBuffer.allocateDirect(2 * values.length).order(ByteOrder.nativeOrder());
    for (long value : values) {
      buffer.putShort((short) value);
    }
    return buffer.flip();
  }

  private static ByteBuffer flags(Tensor tensor) {
    boolean[] values = (boolean[]) tensor.data();
    ByteBuffer buffer = ByteBuffer.allocateDirect(values.length);
    for (boolean value : values) {
      buffer.put((byte) (value ? 1 : 0));
    }
    return buffer.flip();
  }

  private static Tensor fromOnnx(TensorSpec spec, OnnxTensor tensor) throws OrtException {
    List<Long> shape = Arrays.stream(tensor.getInfo().getShape()).boxed().toList();
    int elements = Math.toIntExact(tensor.getInfo().getNumElements());
    Object data =
        switch (spec.datatype()) {
          case FP32 -> {
            float[] values = new float[elements];
            FloatBuffer unused = tensor.getFloatBuffer().get(values);
            yield values;
          }
          case FP64 -> {
            double[] values = new double[elements];
            DoubleBuffer unused = tensor.getDoubleBuffer().get(values);
            yield values;
          }
          case INT64 -> {
            long[] values = new long[elements];
            LongBuffer unused = tensor.getLongBuffer().get(values);
            yield values;
          }
          case INT32 -> {
            int[] values = new int[elements];
            IntBuffer unused = tensor.getIntBuffer().get(values);
            yield Arrays.stream(values).asLongStream().toArray();
          }
          case INT16 -> longs(tensor.getByteBuffer(), elements, 2);
          case INT8 -> longs(tensor.getByteBuffer(), elements, 1);
          case BOOL -> {
            boolean[] values = new boolean[elements];
            ByteBuffer bytes = tensor.getByteBuffer();
            for (int i = 0; i < elements; i++) {
              values[i] = bytes.get(i) != 0;
            }
            yield values;
          }
          case BYTES -> texts(tensor.getValue(), elements);
        };
    return new Tensor(spec.name(), spec.datatype(), shape, data);
  }

  private static long[] longs(ByteBuffer bytes, int elements, int width) {
    ByteBuffer ordered = bytes.order(ByteOrder.nativeOrder());
    long[] values = new long[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = width == 1 ? ordered.get(i) : ordered.getShort(2 * i);
    }
    return values;
  }

  private static String[] texts(Object nested, int elements) {
    List<String> texts = new ArrayList<>(elements);
    flatten(nested, texts);
    return texts.toArray(String[]::new);
  }

  private static void flatten(Object value, List<String> into) {
    if (value instanceof Object[] parts) {
      for (Object part : parts) {
        flatten(part, into);
      }
    } else {
      into.add(String.valueOf(value));
    }
  }

  private static List<TensorSpec> specs(String model, Map<String, NodeInfo> nodes) {
    List<TensorSpec> specs = new ArrayList<>();
    nodes.forEach(
        (name, node) -> {
          if (!(node.getInfo() instanceof TensorInfo info)) {
            throw RuntimeErrors.unsupportedType(model, name, node.getInfo().toString());
          }
          specs.add(
              new TensorSpec(
                  name,
                  datatype(model, name, info),
                  Arrays.stream(info.getShape()).boxed().toList()));
        });
    return List.copyOf(specs);
  }

  private static Datatype datatype(String model, String name, TensorInfo info) {
    return switch (info.type) {
      case FLOAT -> Datatype.FP32;
      case DOUBLE -> Datatype.FP64;
      case INT8 -> Datatype.INT8;
      case INT16 -> Datatype.INT16;
      case INT32 -> Datatype.INT32;
      case INT64 -> Datatype.INT64;
      case BOOL -> Datatype.BOOL;
      case STRING -> Datatype.BYTES;
      case UINT8, FLOAT16, BFLOAT16, UNKNOWN ->
          throw RuntimeErrors.unsupportedType(model, name, info.type.name());
    };
  }
}
