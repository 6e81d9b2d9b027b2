package io.boathouse.serving.runtime;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import org.tribuo.Model;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.impl.ArrayExample;
import org.tribuo.protos.core.ModelProto;

/**
 * A binary classifier in Tribuo's own form. It takes one matrix of float32, in which NaN is a
 * missing value that is replaced before Tribuo sees it, and gives the positive label's probability.
 */
public final class TribuoRuntime implements ModelRuntime {
  private static final String INPUT = "input";
  private static final String OUTPUT = "probability";
  private static final String LIBRARY = "org.tribuo.";

  private final Model<Label> model;
  private final Encoding encoding;

  /**
   * How rows become examples.
   *
   * @param features names in the order of the matrix's columns
   * @param fill what stands for a missing value, by column
   * @param positiveLabel the label whose probability is asked for
   */
  public record Encoding(List<String> features, List<Float> fill, String positiveLabel) {
    public Encoding {
      features = List.copyOf(features);
      fill = List.copyOf(fill);
      if (features.isEmpty() || features.size() != fill.size()) {
        throw new IllegalArgumentException(
            "features, fill: %d, %d (expected: as many)".formatted(features.size(), fill.size()));
      }
    }
  }

  private TribuoRuntime(Model<Label> model, Encoding encoding) {
    this.model = model;
    this.encoding = encoding;
  }

  /**
   * Loads a model.
   *
   * @param name for messages
   * @param file Tribuo's protobuf form
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if Tribuo does not take
   *     it, or it does not know the positive label
   */
  public static TribuoRuntime load(String name, byte[] file, Encoding encoding) {
    try {
      ModelProto proto = ModelProto.parseFrom(file);
      if (!proto.getClassName().startsWith(LIBRARY)) {
        throw RuntimeErrors.unloadable(name, "it is no model of Tribuo's own");
      }
      Model<Label> model = Model.deserialize(proto).castModel(Label.class);
      if (model.getOutputIDInfo().getDomain().stream()
          .noneMatch(label -> label.getLabel().equals(encoding.positiveLabel()))) {
        throw RuntimeErrors.unloadable(
            name, "it knows no label '" + encoding.positiveLabel() + "'");
      }
      return new TribuoRuntime(model, encoding);
    } catch (InvalidProtocolBufferException
        | IllegalStateException
        | IllegalArgumentException
        | ClassCastException e) {
      throw RuntimeErrors.unloadable(name, "it is no classifier of Tribuo", e);
    }
  }

  @Override
  public String platform() {
    return "tribuo_protobuf";
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of(
        new TensorSpec(INPUT, Datatype.FP32, List.of(-1L, (long) encoding.features().size())));
  }

  @Override
  public List<TensorSpec> outputs() {
    return List.of(new TensorSpec(OUTPUT, Datatype.FP32, List.of(-1L, 1L)));
  }

  @Override
  public List<Tensor> infer(List<Tensor> given) {
    InputCheck.require(inputs(), given);
    float[] values = (float[]) given.getFirst().data();
    int width = encoding.features().size();
    int rows = values.length / width;
    String[] names = encoding.features().toArray(new String[0]);
    float[] probabilities = new float[rows];
    for (int row = 0; row < rows; row++) {
      double[] filled = new double[width];
      for (int column = 0; column < width; column++) {
        float value = values[row * width + column];
        filled[column] = Float.isNaN(value) ? encoding.fill().get(column) : value;
      }
      // The example sorts its features in place, the names included.
      var example = new ArrayExample<>(new Label(Label.UNKNOWN), names.clone(), filled);
      Prediction<Label> prediction = model.predict(example);
      Label scored = prediction.getOutputScores().get(encoding.positiveLabel());
      probabilities[row] = scored == null ? 0 : (float) scored.getScore();
    }
    return List.of(Tensor.matrix(OUTPUT, probabilities, rows, 1));
  }

  @Override
  public void close() {
    // The model is on the heap.
  }
}
