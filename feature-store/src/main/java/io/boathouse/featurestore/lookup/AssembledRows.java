package io.boathouse.featurestore.lookup;

import io.boathouse.featurestore.online.CellStatus;
import io.boathouse.featurestore.online.FeatureBlock;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.featurestore.spec.SpecFunctions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a spec's outputs, {@code rows × outputs} cells. A default fills the value of a cell and
 * leaves its status, which says what the store had. Read by one thread.
 */
public final class AssembledRows {
  private final LookupPlan plan;
  private final int rows;
  private final @Nullable Object[][] inputs;
  private final Answer[] answers;
  private final @Nullable Object[][] computed;

  /**
   * What one lookup gave.
   *
   * @param places the block's row for each of ours, -1 where the key has a null; null if all are
   *     where they are
   */
  record Answer(FeatureBlock block, int @Nullable [] places) {
    int place(int row) {
      return places == null ? row : places[row];
    }
  }

  AssembledRows(LookupPlan plan, @Nullable Object[][] inputs, Answer[] answers) {
    this.plan = plan;
    this.rows = inputs.length;
    this.inputs = inputs;
    this.answers = answers;
    this.computed = computed(plan.functions());
  }

  private @Nullable Object[][] computed(@Nullable SpecFunctions functions) {
    @Nullable Object[][] values = new @Nullable Object[functions == null ? 0 : rows][];
    for (int i = 0; i < values.length && functions != null; i++) {
      int row = i;
      values[i] =
          functions.compute(
              new SpecFunctions.Cells() {
                @Override
                public @Nullable Object input(int index) {
                  return inputs[row][index];
                }

                @Override
                public @Nullable Object column(int index) {
                  return value(row, index);
                }
              });
    }
    return values;
  }

  /** What the request or a function gives for the cell. */
  private @Nullable Object given(int row, LookupPlan.Cell cell) {
    return cell.lookup() == LookupPlan.COMPUTED
        ? computed[row][cell.position()]
        : inputs[row][cell.position()];
  }

  public int rows() {
    return rows;
  }

  /** The columns, in the order of the spec. */
  public List<OutputColumn> columns() {
    return plan.outputs();
  }

  /** What the store, or the request, had for the cell. */
  public CellStatus status(int row, int column) {
    LookupPlan.Cell cell = plan.cell(column);
    if (cell.lookup() < 0) {
      return given(row, cell) == null ? CellStatus.NULL : CellStatus.PRESENT;
    }
    Answer answer = answers[cell.lookup()];
    int place = answer.place(row);
    if (place < 0 || tooOld(row, cell.lookup(), answer.block().eventMicros(place))) {
      return CellStatus.NOT_FOUND;
    }
    return answer.block().status(place, cell.position());
  }

  /** The value in the class of its type; null if there is none and no default. */
  public @Nullable Object value(int row, int column) {
    LookupPlan.Cell cell = plan.cell(column);
    if (cell.lookup() < 0) {
      return given(row, cell);
    }
    if (status(row, column) != CellStatus.PRESENT) {
      return cell.defaultValue();
    }
    Answer answer = answers[cell.lookup()];
    return answer.block().value(answer.place(row), cell.position());
  }

  /**
   * The value as a number: 0 or 1 for a boolean, microseconds since the epoch for a time, NaN for
   * none and for text.
   */
  public double doubleValue(int row, int column) {
    LookupPlan.Cell cell = plan.cell(column);
    if (cell.lookup() >= 0 && status(row, column) == CellStatus.PRESENT) {
      Answer answer = answers[cell.lookup()];
      return answer.block().doubleValue(answer.place(row), cell.position());
    }
    return number(cell.lookup() < 0 ? given(row, cell) : cell.defaultValue());
  }

  /** Puts cells of a row, each as {@code (float)} of its number, where a model reads them. */
  public void copyTo(int row, int[] columns, float[] into, int offset) {
    for (int i = 0; i < columns.length; i++) {
      into[offset + i] = (float) doubleValue(row, columns[i]);
    }
  }

  /** When the features of a lookup were true; empty cells have {@link Long#MIN_VALUE}. */
  public long eventMicros(int row, int lookup) {
    int place = answers[lookup].place(row);
    return place < 0 ? Long.MIN_VALUE : answers[lookup].block().eventMicros(place);
  }

  private boolean tooOld(int row, int lookup, long eventMicros) {
    long tolerance = plan.toleranceMicros(lookup);
    if (tolerance < 0 || eventMicros == Long.MIN_VALUE) {
      return false;
    }
    Object time = inputs[row][plan.timestampInput()];
    return !(time instanceof Instant instant)
        || ChronoUnit.MICROS.between(Instant.EPOCH, instant) - eventMicros > tolerance;
  }

  private static double number(@Nullable Object value) {
    return switch (value) {
      case null -> Double.NaN;
      case Double number -> number;
      case Long number -> number;
      case Boolean flag -> flag ? 1 : 0;
      case Instant time -> ChronoUnit.MICROS.between(Instant.EPOCH, time);
      default -> Double.NaN;
    };
  }
}
