package io.boathouse.serving.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.signature.MlModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Loads the files of model versions by the flavors that are served here. */
public final class ModelLoader {
  /** The flavors that are served, the preferred first. */
  public static final List<String> SERVED = List.of("onnx", "tribuo");

  private static final long MAX_BYTES = 1L << 30;
  private static final long BYTES_OF_ANY = 1L << 20;
  private static final long ONNX_FACTOR = 3;
  private static final long TRIBUO_FACTOR = 8;

  private ModelLoader() {}

  /**
   * Demands a flavor that is served.
   *
   * @param name the model's, for the message
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the flavors found and
   *     those served
   */
  public static void requireServable(String name, Optional<MlModel> model) {
    if (model.flatMap(ModelLoader::flavor).isEmpty()) {
      throw RuntimeErrors.unservedFlavors(
          name, model.map(MlModel::flavorNames).orElse(List.of()), SERVED);
    }
  }

  /**
   * Loads a model; blocks and burns CPU.
   *
   * @param files the folder of the version
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION or INVALID_ARGUMENT
   *     saying why it cannot be loaded
   */
  public static ModelRuntime load(String name, MlModel model, FileStore files) {
    String flavor =
        flavor(model)
            .orElseThrow(() -> RuntimeErrors.unservedFlavors(name, model.flavorNames(), SERVED));
    JsonNode settings = model.flavors().getOrDefault(flavor, emptySettings());
    return switch (flavor) {
      case "onnx" -> OnnxRuntime.load(name, read(name, files, settings, "model.onnx"));
      default ->
          TribuoRuntime.load(
              name, read(name, files, settings, "model.tribuo"), encoding(name, model, settings));
    };
  }

  /**
   * What a model needs, as far as its file tells.
   *
   * @param least the file's size, and what any model takes
   * @param bytes the file's size times what the runtime makes of it, and what any model takes
   * @param outsideHeap whether the process grows by the model, and not the Java heap
   */
  public record Need(long least, long bytes, boolean outsideHeap) {}

  /**
   * Measures a model without reading it. ONNX Runtime has its weights up to three times while it
   * loads them (the file, the graph and what it optimizes), Tribuo makes objects of what protobuf
   * packs.
   *
   * @throws io.boathouse.platform.error.LakeException as {@link #load}
   */
  public static Need need(String name, MlModel model, FileStore files) {
    String flavor =
        flavor(model)
            .orElseThrow(() -> RuntimeErrors.unservedFlavors(name, model.flavorNames(), SERVED));
    JsonNode settings = model.flavors().getOrDefault(flavor, emptySettings());
    boolean onnx = flavor.equals("onnx");
    long size = file(name, files, settings, onnx ? "model.onnx" : "model.tribuo").size();
    return new Need(
        BYTES_OF_ANY + size, BYTES_OF_ANY + (onnx ? ONNX_FACTOR : TRIBUO_FACTOR) * size, onnx);
  }

  /** The columns that a model of our own trainers takes, in order; empty for other models. */
  public static List<String> features(MlModel model) {
    List<String> features = new ArrayList<>();
    model
        .flavors()
        .getOrDefault("boathouse", emptySettings())
        .path("features")
        .forEach(feature -> features.add(feature.asText()));
    return features;
  }

  private static Optional<String> flavor(MlModel model) {
    return SERVED.stream().filter(model.flavors()::containsKey).findFirst();
  }

  private static JsonNode emptySettings() {
    return MissingNode.getInstance();
  }

  private static TribuoRuntime.Encoding encoding(String name, MlModel model, JsonNode settings) {
    List<String> features = features(model);
    JsonNode means = settings.path("imputation");
    List<Float> fill = new ArrayList<>();
    for (String feature : features) {
      if (!means.path(feature).isNumber()) {
        throw RuntimeErrors.unloadable(
            name, "its MLmodel file has no number under imputation for '" + feature + "'");
      }
      fill.add(Float.parseFloat(means.path(feature).asText()));
    }
    if (features.isEmpty()) {
      throw RuntimeErrors.unloadable(name, "its MLmodel file names no features");
    }
    return new TribuoRuntime.Encoding(features, fill, settings.path("positive_label").asText("1"));
  }

  private static FileInfo file(String name, FileStore files, JsonNode settings, String fallback) {
    StoragePath path = StoragePath.of(settings.path("data").asText(fallback));
    FileInfo file =
        files
            .find(path)
            .orElseThrow(() -> RuntimeErrors.unloadable(name, "it has no file '" + path + "'"));
    if (file.size() > MAX_BYTES) {
      throw RuntimeErrors.unloadable(name, "it is larger than " + MAX_BYTES + " bytes");
    }
    return file;
  }

  private static byte[] read(String name, FileStore files, JsonNode settings, String fallback) {
    try (InputStream in = files.open(file(name, files, settings, fallback).path())) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
