package io.boathouse.serving.inference;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.featurestore.lookup.AssembledRows;
import io.boathouse.featurestore.lookup.LookupPlan;
import io.boathouse.featurestore.spec.InputColumn;
import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For models of named columns: cells come from the request, or from the feature store where the
 * model has a feature spec. A cell reaches a matrix as {@code (float)} of its double, here and in
 * training alike; a missing one is NaN.
 */
final class ColumnAssembler implements InputAssembler {
  private final List<ServedColumn> columns;
  private final List<String> names;
  private final List<TensorSpec> specs;
  private final boolean matrix;
  private final @Nullable LookupPlan plan;
  private final int[] looked;
  private final List<String> expected;

  /**
   * @param columns in the order of the signature
   * @param specs one matrix of all columns, or one tensor a column in any order
   * @param plan completes requests; null if they bring everything
   */
  ColumnAssembler(
      List<ServedColumn> columns,
      List<TensorSpec> specs,
      boolean matrix,
      @Nullable LookupPlan plan) {
    this.columns = List.copyOf(columns);
    this.names = columns.stream().map(ServedColumn::name).toList();
    this.specs = List.copyOf(specs);
    this.matrix = matrix;
    this.plan = plan;
    this.looked = new int[columns.size()];
    Set<String> asked = new LinkedHashSet<>();
    if (plan != null) {
      plan.inputs().forEach(input -> asked.add(input.name()));
    }
    for (int i = 0; i < looked.length; i++) {
      looked[i] = plan == null ? -1 : plan.column(names.get(i));
      if (looked[i] < 0) {
        asked.add(names.get(i));
      }
    }
    this.expected = List.copyOf(asked);
  }

  @Override
  public List<String> expected() {
    return expected;
  }

  @Override
  public List<RequestField> fields() {
    List<RequestField> fields = new ArrayList<>();
    if (plan != null) {
      plan.inputs().forEach(input -> fields.add(field(input)));
    }
    for (int i = 0; i < looked.length; i++) {
      String name = names.get(i);
      if (looked[i] < 0 && fields.stream().noneMatch(field -> field.name().equals(name))) {
        fields.add(columns.get(i).field());
      }
    }
    return fields;
  }

  private static RequestField field(InputColumn input) {
    RequestField.Type type =
        switch (input.type()) {
          case LONG -> RequestField.Type.INTEGER;
          case DOUBLE -> RequestField.Type.NUMBER;
          case BOOLEAN -> RequestField.Type.BOOLEAN;
          case STRING, TIMESTAMP -> RequestField.Type.STRING;
        };
    return new RequestField(input.name(), type, true, true);
  }

  @Override
  public boolean waits() {
    return plan != null && plan.waits();
  }

  @Override
  public Assembled assemble(InvocationBody body) {
    Frame frame = body.frame(expected);
    requireKnown(frame);
    AssembledRows features = plan == null ? null : plan.assemble(lookupRows(plan, frame));
    return matrix ? matrix(frame, features) : perColumn(frame, features);
  }

  /** Looks features up for those who want nothing else. */
  Found features(LookupPlan lookup, InvocationBody body) {
    Frame frame = body.frame(expected);
    requireKnown(frame);
    List<Map<String, @Nullable Object>> asked = lookupRows(lookup, frame);
    return new Found(asked, lookup.assemble(asked));
  }

  /** What a request brought, and what was found for it. */
  record Found(List<Map<String, @Nullable Object>> asked, AssembledRows rows) {}

  private void requireKnown(Frame frame) {
    boolean anyKnown = false;
    for (String name : expected) {
      anyKnown |= frame.has(name);
    }
    for (int i = 0; i < looked.length; i++) {
      ServedColumn column = columns.get(i);
      if (looked[i] < 0 && column.required() && !frame.has(column.name())) {
        throw InferenceErrors.missingColumn(0, column.name(), expected);
      }
    }
    if (!anyKnown) {
      throw InferenceErrors.noKnownColumn(List.copyOf(frame.index().keySet()), expected);
    }
  }

  private List<Map<String, @Nullable Object>> lookupRows(LookupPlan lookup, Frame frame) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>(frame.count());
    for (int row = 0; row < frame.count(); row++) {
      Map<String, @Nullable Object> values = HashMap.newHashMap(lookup.inputs().size());
      for (InputColumn input : lookup.inputs()) {
        JsonNode cell = frame.cell(row, input.name());
        if (cell.isMissingNode()) {
          throw InferenceErrors.missingColumn(row, input.name(), expected);
        }
        values.put(input.name(), plain(row, input, cell));
      }
      rows.add(values);
    }
    return rows;
  }

  private static @Nullable Object plain(int row, InputColumn input, JsonNode cell) {
    if (cell.isNull()) {
      return null;
    }
    boolean fits =
        switch (input.type()) {
          case LONG -> cell.isIntegralNumber() && cell.canConvertToLong();
          case DOUBLE -> cell.isNumber();
          case BOOLEAN -> cell.isBoolean();
          case STRING, TIMESTAMP -> cell.isTextual();
        };
    if (!fits) {
      throw InferenceErrors.wrongType(row, input.name(), input.type().name(), cell.toString());
    }
    return switch (input.type()) {
      case LONG -> cell.longValue();
      case DOUBLE -> cell.doubleValue();
      case BOOLEAN -> cell.booleanValue();
      case STRING, TIMESTAMP -> cell.textValue();
    };
  }

  private Assembled matrix(Frame frame, @Nullable AssembledRows features) {
    int width = columns.size();
    int rows = frame.count();
    float[] values = new float[Math.multiplyExact(rows, width)];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        values[row * width + i] = (float) number(frame, features, row, i);
      }
    }
    TensorSpec spec = specs.getFirst();
    Tensor tensor =
        spec.datatype() == Datatype.FP32
            ? Tensor.matrix(spec.name(), values, rows, width)
            : doubles(spec, frame, features);
    return new Assembled(List.of(tensor), rows, Optional.of(new Assembled.Vectors(names, values)));
  }

  private Tensor doubles(TensorSpec spec, Frame frame, @Nullable AssembledRows features) {
    int width = columns.size();
    double[] values = new double[frame.count() * width];
    for (int row = 0; row < frame.count(); row++) {
      for (int i = 0; i < width; i++) {
        values[row * width + i] = number(frame, features, row, i);
      }
    }
    return new Tensor(
        spec.name(), Datatype.FP64, List.of((long) frame.count(), (long) width), values);
  }

  private double number(Frame frame, @Nullable AssembledRows features, int row, int i) {
    if (features != null && looked[i] >= 0) {
      return features.doubleValue(row, looked[i]);
    }
    return columns.get(i).number(row, cell(frame, row, columns.get(i)));
  }

  private JsonNode cell(Frame frame, int row, ServedColumn column) {
    JsonNode cell = frame.cell(row, column.name());
    if (cell.isMissingNode() && column.required()) {
      throw InferenceErrors.missingColumn(row, column.name(), expected);
    }
    return cell;
  }

  private Assembled perColumn(Frame frame, @Nullable AssembledRows features) {
    List<Tensor> tensors = new ArrayList<>(specs.size());
    for (TensorSpec spec : specs) {
      int i = names.indexOf(spec.name());
      List<Long> shape =
          spec.shape().size() == 1
              ? List.of((long) frame.count())
              : List.of((long) frame.count(), 1L);
      tensors.add(new Tensor(spec.name(), spec.datatype(), shape, data(spec, frame, features, i)));
    }
    return new Assembled(tensors, frame.count(), Optional.empty());
  }

  private Object data(TensorSpec spec, Frame frame, @Nullable AssembledRows features, int i) {
    int rows = frame.count();
    ServedColumn column = columns.get(i);
    return switch (spec.datatype()) {
      case FP32 -> {
        float[] values = new float[rows];
        for (int row = 0; row < rows; row++) {
          values[row] = (float) number(frame, features, row, i);
        }
        yield values;
      }
      case FP64 -> {
        double[] values = new double[rows];
        for (int row = 0; row < rows; row++) {
          values[row] = number(frame, features, row, i);
        }
        yield values;
      }
      case INT8, INT16, INT32, INT64 -> {
        long[] values = new long[rows];
        for (int row = 0; row < rows; row++) {
          values[row] =
              features != null && looked[i] >= 0
                  ? whole(features, row, i)
                  : column.whole(row, cell(frame, row, column));
        }
        yield values;
      }
      case BOOL -> {
        boolean[] values = new boolean[rows];
        for (int row = 0; row < rows; row++) {
          values[row] = number(frame, features, row, i) != 0;
        }
        yield values;
      }
      case BYTES -> {
        String[] values = new String[rows];
        for (int row = 0; row < rows; row++) {
          Object found = features != null && looked[i] >= 0 ? features.value(row, looked[i]) : null;
          values[row] =
              found != null ? String.valueOf(found) : column.text(row, cell(frame, row, column));
        }
        yield values;
      }
    };
  }

  private long whole(AssembledRows features, int row, int i) {
    if (features.value(row, looked[i]) instanceof Long number) {
      return number;
    }
    throw InferenceErrors.nullNotAllowed(row, names.get(i), columns.get(i).type());
  }
}
