package io.boathouse.training.trainer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.training.evaluate.BinaryEvaluation;
import io.boathouse.training.evaluate.Calibration;
import io.boathouse.training.evaluate.Confusion;
import io.boathouse.training.evaluate.PermutationImportance.Importance;
import io.boathouse.training.evaluate.RocCurve;
import java.util.List;
import java.util.Map;

/** The JSON artifacts of an evaluation. Figures that do not exist are left out. */
final class EvaluationReport {
  private EvaluationReport() {}

  /** One set of rows: figures, calibration by decile, confusion, ROC curve. */
  static byte[] of(BinaryEvaluation evaluation) {
    ObjectNode root = Json.mapper().createObjectNode();
    ObjectNode figures = root.putObject("figures");
    evaluation.figures().forEach(figures::put);
    ArrayNode bins = root.putArray("calibration");
    for (Calibration.Bin bin : evaluation.calibration().bins()) {
      bins.addObject()
          .put("rows", bin.rows())
          .put("predicted", bin.predicted())
          .put("observed", bin.observed());
    }
    Confusion confusion = evaluation.confusion();
    root.putObject("confusion")
        .put("threshold", confusion.threshold())
        .put("true_positives", confusion.truePositives())
        .put("false_positives", confusion.falsePositives())
        .put("true_negatives", confusion.trueNegatives())
        .put("false_negatives", confusion.falseNegatives());
    ArrayNode roc = root.putArray("roc");
    for (RocCurve.Point point : evaluation.roc().points()) {
      roc.addArray().add(point.falsePositiveRate()).add(point.truePositiveRate());
    }
    return Json.write(root);
  }

  /** Importance of the features by permutation, and as the trainer counts it where it does. */
  static byte[] of(List<Importance> permutation, Map<String, Double> gains) {
    ObjectNode root = Json.mapper().createObjectNode();
    ArrayNode array = root.putArray("permutation");
    for (Importance importance : permutation) {
      array.addObject().put("feature", importance.feature()).put("auc_loss", importance.value());
    }
    ObjectNode own = root.putObject("gain_share");
    gains.forEach(own::put);
    return Json.write(root);
  }
}
