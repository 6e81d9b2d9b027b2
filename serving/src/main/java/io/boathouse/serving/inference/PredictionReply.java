package io.boathouse.serving.inference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Words predictions as MLflow does: one output of a value a row is a list of values, one of more is
 * nested lists, several outputs are a list of records. A float is written in the fewest digits that
 * read back as the same float.
 */
final class PredictionReply {
  private PredictionReply() {}

  static byte[] of(List<Tensor> outputs, int rows) {
    var bytes = new ByteArrayOutputStream(64 + 16 * rows);
    try (JsonGenerator out = Json.mapper().getFactory().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeFieldName("predictions");
      if (outputs.size() == 1) {
        single(out, outputs.getFirst());
      } else if (outputs.stream().allMatch(output -> isRows(output, rows))) {
        records(out, outputs, rows);
      } else {
        out.writeStartObject();
        for (Tensor output : outputs) {
          out.writeFieldName(output.name());
          nested(out, output, 0, 0, output.elements());
        }
        out.writeEndObject();
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The vectors that a model saw, for the inference table. */
  static String vectors(Assembled.Vectors vectors) {
    var bytes = new ByteArrayOutputStream(256);
    int width = vectors.columns().size();
    try (JsonGenerator out = Json.mapper().getFactory().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeArrayFieldStart("columns");
      for (String column : vectors.columns()) {
        out.writeString(column);
      }
      out.writeEndArray();
      out.writeArrayFieldStart("data");
      for (int start = 0; start < vectors.values().length; start += width) {
        out.writeStartArray();
        for (int i = start; i < start + width; i++) {
          float value = vectors.values()[i];
          if (Float.isFinite(value)) {
            out.writeNumber(value);
          } else {
            out.writeNull();
          }
        }
        out.writeEndArray();
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isRows(Tensor output, int rows) {
    return !output.shape().isEmpty() && output.shape().getFirst() == rows;
  }

  private static boolean isColumn(Tensor output) {
    return output.shape().size() == 1 || (output.shape().size() == 2 && output.shape().get(1) == 1);
  }

  private static void single(JsonGenerator out, Tensor output) throws IOException {
    if (isColumn(output)) {
      TensorJson.flat(out, output);
    } else {
      nested(out, output, 0, 0, output.elements());
    }
  }

  private static void records(JsonGenerator out, List<Tensor> outputs, int rows)
      throws IOException {
    out.writeStartArray();
    for (int row = 0; row < rows; row++) {
      out.writeStartObject();
      for (Tensor output : outputs) {
        int width = output.elements() / Math.max(1, rows);
        out.writeFieldName(output.name());
        if (isColumn(output)) {
          TensorJson.element(out, output, row);
        } else {
          nested(out, output, 1, row * width, width);
        }
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /**
   * @param count elements below this place of the shape, from {@code start}
   */
  private static void nested(JsonGenerator out, Tensor tensor, int depth, int start, int count)
      throws IOException {
    if (depth == tensor.shape().size()) {
      TensorJson.element(out, tensor, start);
      return;
    }
    int size = Math.toIntExact(tensor.shape().get(depth));
    int each = size == 0 ? 0 : count / size;
    out.writeStartArray();
    for (int i = 0; i < size; i++) {
      nested(out, tensor, depth + 1, start + i * each, each);
    }
    out.writeEndArray();
  }
}
