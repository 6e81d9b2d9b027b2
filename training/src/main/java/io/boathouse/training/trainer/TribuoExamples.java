package io.boathouse.training.trainer;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Collectors;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Turns rows into Tribuo's examples. */
final class TribuoExamples {
  static final String POSITIVE = "1";
  static final String NEGATIVE = "0";

  /** How a row's float32 becomes the double that Tribuo sees. */
  @FunctionalInterface
  interface Encoding {
    double encode(float value, int feature);
  }

  private final TrainingData data;
  private final String[] names;
  private final Encoding encoding;

  TribuoExamples(TrainingData data, Encoding encoding) {
    this.data = data;
    this.names = data.features().toArray(new String[0]);
    this.encoding = encoding;
  }

  Example<Label> example(int row) {
    double[] encoded = new double[names.length];
    for (int feature = 0; feature < encoded.length; feature++) {
      encoded[feature] = encoding.encode(data.value(row, feature), feature);
    }
    Label label = new Label(data.labels()[row] == 1 ? POSITIVE : NEGATIVE);
    // The example sorts its features in place, the names included.
    return new ArrayExample<>(label, names.clone(), encoded);
  }

  /** All rows. The stated time is fixed, because a model's bytes must not depend on the clock. */
  MutableDataset<Label> dataset() {
    var factory = new LabelFactory();
    var source =
        new SimpleDataSourceProvenance(
            "training matrix", OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), factory);
    var dataset = new MutableDataset<Label>(source, factory);
    for (int row = 0; row < data.rows(); row++) {
      dataset.add(example(row));
    }
    return dataset;
  }

  /** The probability that a model gives to the positive class. */
  static double probability(Model<Label> model, Example<Label> example) {
    Label scored = model.predict(example).getOutputScores().get(POSITIVE);
    if (scored == null) {
      throw new IllegalArgumentException("model: knows no label " + POSITIVE);
    }
    return scored.getScore();
  }

  /** Tribuo's account of how the model came to be, without its time of day. */
  static String provenance(Model<Label> model) {
    return ProvenanceUtil.formattedProvenanceString(model.getProvenance())
        .lines()
        .filter(line -> !line.contains("trained-at"))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
