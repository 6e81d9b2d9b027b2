package io.boathouse.benchmark;

import ai.onnx.proto.OnnxMl;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A boosted-trees model of the usual size, with random splits: it costs what a trained one costs
 * and takes its inputs in the same way. A missing value goes left.
 */
final class TreeModel {
  private static final int TREES = 100;
  private static final int DEPTH = 6;
  private static final long SEED = 20010630;

  private final Random random = new Random(SEED);
  private final int features;
  private final List<Long> trees = new ArrayList<>();
  private final List<Long> nodes = new ArrayList<>();
  private final List<Long> splitOn = new ArrayList<>();
  private final List<Float> splitAt = new ArrayList<>();
  private final List<String> modes = new ArrayList<>();
  private final List<Long> smaller = new ArrayList<>();
  private final List<Long> greater = new ArrayList<>();
  private final List<Long> leafTrees = new ArrayList<>();
  private final List<Long> leafNodes = new ArrayList<>();
  private final List<Float> leafWeights = new ArrayList<>();

  private TreeModel(int features) {
    this.features = features;
    for (long tree = 0; tree < TREES; tree++) {
      grow(tree);
    }
  }

  /** The files of a model version: MLmodel and model.onnx. */
  static Map<String, byte[]> files(List<String> inputs) {
    List<String> columns =
        inputs.stream()
            .map(name -> "{\"type\":\"double\",\"name\":\"%s\",\"required\":false}".formatted(name))
            .toList();
    String text =
        """
        flavors:
          onnx:
            onnx_version: 1.12.0
            data: model.onnx
        signature:
          inputs: '[%s]'
          outputs: '[{"type":"double","name":"probability","required":true}]'
        """
            .formatted(String.join(",", columns));
    return Map.of(
        "MLmodel", text.getBytes(StandardCharsets.UTF_8),
        "model.onnx", new TreeModel(inputs.size()).onnx());
  }

  /** A full tree whose nodes are numbered as in a heap. */
  private void grow(long tree) {
    int inner = (1 << DEPTH) - 1;
    for (int node = 0; node < 2 * inner + 1; node++) {
      boolean leaf = node >= inner;
      trees.add(tree);
      nodes.add((long) node);
      splitOn.add(leaf ? 0L : random.nextInt(features));
      splitAt.add(leaf ? 0f : random.nextFloat() * 100);
      modes.add(leaf ? "LEAF" : "BRANCH_LT");
      smaller.add(leaf ? 0L : 2L * node + 1);
      greater.add(leaf ? 0L : 2L * node + 2);
      if (leaf) {
        leafTrees.add(tree);
        leafNodes.add((long) node);
        leafWeights.add((random.nextFloat() - 0.5f) / 10);
      }
    }
  }

  private byte[] onnx() {
    OnnxMl.NodeProto ensemble =
        OnnxMl.NodeProto.newBuilder()
            .setOpType("TreeEnsembleRegressor")
            .setDomain("ai.onnx.ml")
            .addInput("input")
            .addOutput("probability")
            .addAttribute(
                whole("n_targets", List.of(1L))
                    .setType(OnnxMl.AttributeProto.AttributeType.INT)
                    .clearInts()
                    .setI(1))
            .addAttribute(whole("nodes_treeids", trees))
            .addAttribute(whole("nodes_nodeids", nodes))
            .addAttribute(whole("nodes_featureids", splitOn))
            .addAttribute(decimal("nodes_values", splitAt))
            .addAttribute(text("nodes_modes", modes))
            .addAttribute(whole("nodes_truenodeids", smaller))
            .addAttribute(whole("nodes_falsenodeids", greater))
            .addAttribute(
                whole("nodes_missing_value_tracks_true", trees.stream().map(tree -> 1L).toList()))
            .addAttribute(whole("target_treeids", leafTrees))
            .addAttribute(whole("target_nodeids", leafNodes))
            .addAttribute(whole("target_ids", leafTrees.stream().map(tree -> 0L).toList()))
            .addAttribute(decimal("target_weights", leafWeights))
            .addAttribute(
                OnnxMl.AttributeProto.newBuilder()
                    .setName("post_transform")
                    .setType(OnnxMl.AttributeProto.AttributeType.STRING)
                    .setS(com.google.protobuf.ByteString.copyFromUtf8("LOGISTIC")))
            .build();
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(6)
        .setProducerName("boathouse-benchmark")
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
        .addOpsetImport(
            OnnxMl.OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(1))
        .setGraph(
            OnnxMl.GraphProto.newBuilder()
                .setName("trees")
                .addNode(ensemble)
                .addInput(OnnxMatrix.floats("input", features))
                .addOutput(OnnxMatrix.floats("probability", 1)))
        .build()
        .toByteArray();
  }

  private static OnnxMl.AttributeProto.Builder whole(String name, List<Long> values) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.INTS)
        .addAllInts(values);
  }

  private static OnnxMl.AttributeProto.Builder decimal(String name, List<Float> values) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.FLOATS)
        .addAllFloats(values);
  }

  private static OnnxMl.AttributeProto.Builder text(String name, List<String> values) {
    var attribute =
        OnnxMl.AttributeProto.newBuilder()
            .setName(name)
            .setType(OnnxMl.AttributeProto.AttributeType.STRINGS);
    values.forEach(
        value -> attribute.addStrings(com.google.protobuf.ByteString.copyFromUtf8(value)));
    return attribute;
  }
}
