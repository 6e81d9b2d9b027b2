package io.boathouse.serving.runtime;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;

/** Looks at an ONNX file before ONNX Runtime does. */
final class OnnxFile {
  private static final int MAX_DEPTH = 16;

  private OnnxFile() {}

  /** Refuses a model whose weights are in another file, which loading would open. */
  static void requireSelfContained(String name, byte[] model) {
    try {
      OnnxMl.ModelProto proto = OnnxMl.ModelProto.parseFrom(model);
      if (!proto.hasGraph() || proto.getGraph().getNodeCount() == 0) {
        throw RuntimeErrors.unloadable(
            name, "it has no graph", new IllegalArgumentException("no graph"));
      }
      check(name, proto.getGraph(), 0);
    } catch (InvalidProtocolBufferException e) {
      throw RuntimeErrors.unloadable(name, "it is not an ONNX file", e);
    }
  }

  private static void check(String name, OnnxMl.GraphProto graph, int depth) {
    if (depth > MAX_DEPTH) {
      throw RuntimeErrors.unloadable(
          name, "its graphs are nested too deep", new IllegalArgumentException("depth"));
    }
    graph.getInitializerList().forEach(tensor -> check(name, tensor));
    graph
        .getSparseInitializerList()
        .forEach(
            sparse -> {
              check(name, sparse.getValues());
              check(name, sparse.getIndices());
            });
    for (OnnxMl.NodeProto node : graph.getNodeList()) {
      for (OnnxMl.AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasT()) {
          check(name, attribute.getT());
        }
        attribute.getTensorsList().forEach(tensor -> check(name, tensor));
        if (attribute.hasG()) {
          check(name, attribute.getG(), depth + 1);
        }
        attribute.getGraphsList().forEach(inner -> check(name, inner, depth + 1));
      }
    }
  }

  private static void check(String name, OnnxMl.TensorProto tensor) {
    if (tensor.getExternalDataCount() > 0
        || tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL) {
      String location =
          tensor.getExternalDataList().stream()
              .filter(entry -> entry.getKey().equals("location"))
              .map(OnnxMl.StringStringEntryProto::getValue)
              .findFirst()
              .orElse("");
      throw RuntimeErrors.externalData(name, location);
    }
  }
}
