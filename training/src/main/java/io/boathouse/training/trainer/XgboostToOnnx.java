package io.boathouse.training.trainer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Converts boosted trees, as XGBoost dumps them in JSON, to one ONNX TreeEnsembleRegressor whose
 * sum is the logit. XGBoost goes to {@code yes} where {@code value < threshold} in float32, which
 * is BRANCH_LT over the same float32, and to {@code missing} where the value is NaN. ONNX refers to
 * nodes by number, so numbers that repeat or branches that point elsewhere than to a node's own
 * children could make a cycle: they are refused, as are trees too deep or too many.
 */
final class XgboostToOnnx {
  private static final int MAX_NODES = 4_000_000;
  static final int MAX_DEPTH = 256;
  private static final int MAX_DUMP_CHARS = 256 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      // A level of a tree is an object in an array.
                      StreamReadConstraints.builder().maxNestingDepth(2 * MAX_DEPTH + 8).build())
                  .build())
          .build();

  private final int features;
  private final int maxNodes;
  private final TreeEnsemble ensemble = new TreeEnsemble();

  private XgboostToOnnx(int features, int maxNodes) {
    this.features = features;
    this.maxNodes = maxNodes;
  }

  /**
   * Converts.
   *
   * @param trees one JSON document a tree, splits named {@code f0}, {@code f1}, …
   * @param baseMargin log-odds that the trees' sum is added to
   */
  static byte[] convert(
      List<String> trees, int features, float baseMargin, Map<String, String> metadata) {
    if (!Float.isFinite(baseMargin)) {
      throw TrainerErrors.malformedTree("its base margin is " + baseMargin);
    }
    return new OnnxGraph(features)
        .node(collect(trees, features, MAX_NODES).node(baseMargin))
        .finish(metadata);
  }

  /** Checks all trees and collects their nodes, of which there may be so many. */
  static TreeEnsemble collect(List<String> trees, int features, int maxNodes) {
    var converter = new XgboostToOnnx(features, maxNodes);
    for (int tree = 0; tree < trees.size(); tree++) {
      String dump = trees.get(tree);
      if (dump.length() > MAX_DUMP_CHARS) {
        throw TrainerErrors.malformedTree(
            "tree %d has %d characters".formatted(tree, dump.length()));
      }
      converter.addTree(tree, parse(tree, dump));
    }
    return converter.ensemble;
  }

  private static JsonNode parse(int tree, String dump) {
    try {
      return JSON.readTree(dump);
    } catch (JsonProcessingException e) {
      throw TrainerErrors.malformedTree("tree %d is no JSON or too deep".formatted(tree));
    }
  }

  private record Pending(JsonNode node, int depth) {}

  private void addTree(int tree, JsonNode root) {
    Set<Integer> numbers = new HashSet<>();
    Deque<Pending> pending = new ArrayDeque<>();
    pending.push(new Pending(root, 0));
    while (!pending.isEmpty()) {
      Pending next = pending.pop();
      if (next.depth() > MAX_DEPTH) {
        throw TrainerErrors.malformedTree("tree %d is deeper than %d".formatted(tree, MAX_DEPTH));
      }
      int number = number(tree, next.node(), "nodeid");
      if (!numbers.add(number)) {
        throw TrainerErrors.malformedTree(
            "tree %d has node %d twice, which would be a cycle".formatted(tree, number));
      }
      if (ensemble.size() >= maxNodes) {
        throw TrainerErrors.malformedTree("it has more than %d nodes".formatted(maxNodes));
      }
      if (next.node().has("leaf")) {
        ensemble.addLeaf(tree, number, real(tree, number, next.node().get("leaf")));
      } else {
        addSplit(tree, number, next.node());
        for (JsonNode child : next.node().get("children")) {
          pending.push(new Pending(child, next.depth() + 1));
        }
      }
    }
  }

  private void addSplit(int tree, int number, JsonNode node) {
    int yes = number(tree, node, "yes");
    int no = number(tree, node, "no");
    int missing = number(tree, node, "missing");
    JsonNode children = node.path("children");
    if (children.size() != 2 || yes == no) {
      throw TrainerErrors.malformedTree(
          "node %d of tree %d does not have two children".formatted(number, tree));
    }
    int first = number(tree, children.get(0), "nodeid");
    int second = number(tree, children.get(1), "nodeid");
    boolean own = (first == yes && second == no) || (first == no && second == yes);
    if (!own || (missing != yes && missing != no)) {
      throw TrainerErrors.malformedTree(
          "node %d of tree %d branches to a node that is not its child".formatted(number, tree));
    }
    ensemble.addSplit(
        new TreeEnsemble.Split(
            tree,
            number,
            feature(tree, number, node.path("split").asText()),
            real(tree, number, node.path("split_condition")),
            yes,
            no,
            missing == yes));
  }

  private int feature(int tree, int number, String name) {
    if (name.matches("f[0-9]{1,6}")) {
      int feature = Integer.parseInt(name.substring(1));
      if (feature < features) {
        return feature;
      }
    }
    throw TrainerErrors.malformedTree(
        "node %d of tree %d splits on '%s', which is none of %d features"
            .formatted(number, tree, name, features));
  }

  private static float real(int tree, int number, JsonNode value) {
    if (!value.isNumber() || !Float.isFinite(value.floatValue())) {
      throw TrainerErrors.malformedTree(
          "node %d of tree %d has no finite number where one must be".formatted(number, tree));
    }
    return value.floatValue();
  }

  private static int number(int tree, JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isInt() || value.intValue() < 0) {
      throw TrainerErrors.malformedTree("tree %d has a node without a %s".formatted(tree, field));
    }
    return value.intValue();
  }
}
