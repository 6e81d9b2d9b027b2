package io.boathouse.training.trainer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;

/** Collects nodes of trees into the attributes of one ONNX-ML TreeEnsembleRegressor. */
final class TreeEnsemble {
  private static final ByteString BRANCH = ByteString.copyFromUtf8("BRANCH_LT");
  private static final ByteString LEAF = ByteString.copyFromUtf8("LEAF");

  private final AttributeProto.Builder treeIds = wholes("nodes_treeids");
  private final AttributeProto.Builder nodeIds = wholes("nodes_nodeids");
  private final AttributeProto.Builder featureIds = wholes("nodes_featureids");
  private final AttributeProto.Builder values = reals("nodes_values");
  private final AttributeProto.Builder modes = words("nodes_modes");
  private final AttributeProto.Builder trueIds = wholes("nodes_truenodeids");
  private final AttributeProto.Builder falseIds = wholes("nodes_falsenodeids");
  private final AttributeProto.Builder missingIsTrue = wholes("nodes_missing_value_tracks_true");
  private final AttributeProto.Builder leafTreeIds = wholes("target_treeids");
  private final AttributeProto.Builder leafNodeIds = wholes("target_nodeids");
  private final AttributeProto.Builder leafTargets = wholes("target_ids");
  private final AttributeProto.Builder leafWeights = reals("target_weights");

  /** A branch: to {@code yes} where the feature is less than the threshold, else to {@code no}. */
  record Split(
      int tree, int node, int feature, float threshold, int yes, int no, boolean missingGoesYes) {}

  int size() {
    return nodeIds.getIntsCount();
  }

  void addSplit(Split split) {
    treeIds.addInts(split.tree());
    nodeIds.addInts(split.node());
    featureIds.addInts(split.feature());
    values.addFloats(split.threshold());
    modes.addStrings(BRANCH);
    trueIds.addInts(split.yes());
    falseIds.addInts(split.no());
    missingIsTrue.addInts(split.missingGoesYes() ? 1 : 0);
  }

  void addLeaf(int tree, int node, float weight) {
    treeIds.addInts(tree);
    nodeIds.addInts(node);
    featureIds.addInts(0);
    values.addFloats(0);
    modes.addStrings(LEAF);
    trueIds.addInts(0);
    falseIds.addInts(0);
    missingIsTrue.addInts(0);
    leafTreeIds.addInts(tree);
    leafNodeIds.addInts(node);
    leafTargets.addInts(0);
    leafWeights.addFloats(weight);
  }

  /** The node that sums the trees onto a base and puts out the logit. */
  NodeProto node(float base) {
    return NodeProto.newBuilder()
        .setOpType("TreeEnsembleRegressor")
        .setDomain(OnnxGraph.ML_DOMAIN)
        .setName("trees")
        .addInput(OnnxGraph.INPUT)
        .addOutput(OnnxGraph.LOGIT)
        .addAttribute(treeIds)
        .addAttribute(nodeIds)
        .addAttribute(featureIds)
        .addAttribute(values)
        .addAttribute(modes)
        .addAttribute(trueIds)
        .addAttribute(falseIds)
        .addAttribute(missingIsTrue)
        .addAttribute(leafTreeIds)
        .addAttribute(leafNodeIds)
        .addAttribute(leafTargets)
        .addAttribute(leafWeights)
        .addAttribute(OnnxGraph.whole("n_targets", 1))
        .addAttribute(reals("base_values").addFloats(base))
        .addAttribute(word("aggregate_function", "SUM"))
        .addAttribute(word("post_transform", "NONE"))
        .build();
  }

  private static AttributeProto.Builder wholes(String name) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
  }

  private static AttributeProto.Builder reals(String name) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOATS);
  }

  private static AttributeProto.Builder words(String name) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRINGS);
  }

  private static AttributeProto word(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }
}
