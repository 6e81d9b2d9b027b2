package io.boathouse.featurestore.lookup;

import io.boathouse.featurestore.lookup.AssembledRows.Answer;
import io.boathouse.featurestore.online.FeatureBlock;
import io.boathouse.featurestore.online.OnlineTable;
import io.boathouse.featurestore.spec.InputColumn;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.featurestore.spec.RequestValues;
import io.boathouse.featurestore.spec.SpecFunctions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How the outputs of a spec are found at request time, worked out once: no right is asked for and
 * no metadata read when rows are assembled. Immutable and thread-safe.
 */
public final class LookupPlan {
  /** The lookup of a cell that a function gives. */
  static final int COMPUTED = -2;

  private final FeatureLookupService.Store store;
  private final List<InputColumn> inputs;
  private final List<OutputColumn> outputs;
  private final Cell[] cells;
  private final Step[] steps;
  private final int timestampInput;
  private final @Nullable SpecFunctions functions;

  /**
   * Where a cell's value is.
   *
   * @param lookup -1 for an input, {@link #COMPUTED} for a function
   * @param position of the input, of the function, or of the feature in the lookup's answer
   */
  record Cell(int lookup, int position, @Nullable Object defaultValue) {}

  /**
   * One lookup.
   *
   * @param keys positions of the inputs that make the key
   * @param features positions in the table
   * @param toleranceMicros -1 for any age
   */
  record Step(OnlineTable table, int[] keys, int[] features, long toleranceMicros) {}

  /**
   * The columns of a plan.
   *
   * @param cells of the outputs, then of hidden columns that functions are computed from
   * @param timestampInput position of the input with the instant; -1 if no lookup needs it
   */
  record Columns(
      List<InputColumn> inputs,
      List<OutputColumn> outputs,
      Cell[] cells,
      int timestampInput,
      Optional<SpecFunctions> functions) {}

  LookupPlan(FeatureLookupService.Store store, Columns columns, Step[] steps) {
    this.store = store;
    this.inputs = List.copyOf(columns.inputs());
    this.outputs = List.copyOf(columns.outputs());
    this.cells = columns.cells();
    this.steps = steps;
    this.timestampInput = columns.timestampInput();
    this.functions = columns.functions().filter(some -> some.count() > 0).orElse(null);
  }

  /** What each row must carry. */
  public List<InputColumn> inputs() {
    return inputs;
  }

  /** What each row becomes, in the order of the spec. */
  public List<OutputColumn> outputs() {
    return outputs;
  }

  /** The position of an output. @return -1 if there is none of that name */
  public int column(String output) {
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).name().equals(output)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether {@link #assemble} may have to wait, and so is nothing for an event loop. */
  public boolean waits() {
    return steps.length > 0 && !store.online().answersAtOnce();
  }

  /**
   * Looks the rows' features up, all tables at once. A store in the server answers without a wait;
   * for another one the calling thread, which must not be an event loop, waits until the deadline,
   * and what has not come by then is LATE.
   *
   * @param rows the inputs by name; more is ignored, a null is a value
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming a column that is
   *     missing or of another type; NOT_FOUND if a table is not published; UNAVAILABLE if the store
   *     cannot be reached
   */
  public AssembledRows assemble(List<? extends Map<String, ? extends @Nullable Object>> rows) {
    @Nullable Object[][] values = new @Nullable Object[rows.size()][];
    for (int row = 0; row < values.length; row++) {
      values[row] = typed(row, rows.get(row));
    }
    Asked[] asked = new Asked[steps.length];
    for (int i = 0; i < steps.length; i++) {
      asked[i] = ask(steps[i], values);
    }
    long deadline = System.nanoTime() + store.deadline().toNanos();
    Answer[] answers = new Answer[steps.length];
    for (int i = 0; i < steps.length; i++) {
      FeatureBlock block = block(steps[i], asked[i], deadline);
      block.expire(store.lifetimes().oldestMicros(steps[i].table().id()));
      answers[i] = new Answer(block, asked[i].places());
    }
    return new AssembledRows(this, values, answers);
  }

  /** Null if there are none. */
  @Nullable SpecFunctions functions() {
    return functions;
  }

  Cell cell(int column) {
    return cells[column];
  }

  long toleranceMicros(int lookup) {
    return steps[lookup].toleranceMicros();
  }

  int timestampInput() {
    return timestampInput;
  }

  private @Nullable Object[] typed(int row, Map<String, ? extends @Nullable Object> given) {
    @Nullable Object[] typed = new @Nullable Object[inputs.size()];
    for (int i = 0; i < typed.length; i++) {
      InputColumn input = inputs.get(i);
      Object value = given.get(input.name());
      if (value != null) {
        typed[i] = RequestValues.typed(input.name(), input.type(), value);
      } else if (!given.containsKey(input.name())) {
        throw LookupErrors.missing(row, input.name());
      }
    }
    return typed;
  }

  /**
   * A lookup under way.
   *
   * @param keys how many were asked for
   * @param places as {@link Answer} has them
   */
  private record Asked(Future<FeatureBlock> block, int keys, int @Nullable [] places) {}

  private Asked ask(Step step, @Nullable Object[][] values) {
    List<List<Object>> keys = new ArrayList<>(values.length);
    int[] places = null;
    for (int row = 0; row < values.length; row++) {
      List<Object> key = key(step, values[row]);
      if (key.size() < step.keys().length && places == null) {
        places = new int[values.length];
        for (int before = 0; before < row; before++) {
          places[before] = before;
        }
      }
      boolean whole = key.size() == step.keys().length;
      if (places != null) {
        places[row] = whole ? keys.size() : -1;
      }
      if (whole) {
        keys.add(key);
      }
    }
    return new Asked(
        store.online().lookup(step.table(), keys, step.features()), keys.size(), places);
  }

  /** Shorter than the key if a part is null. */
  private static List<Object> key(Step step, @Nullable Object[] values) {
    List<Object> key = new ArrayList<>(step.keys().length);
    for (int input : step.keys()) {
      Object value = values[input];
      if (value == null) {
        return List.of();
      }
      key.add(value);
    }
    return key;
  }

  private static FeatureBlock block(Step step, Asked asked, long deadlineNanos) {
    Future<FeatureBlock> answer = asked.block();
    if (answer.succeeded()) {
      return answer.result();
    }
    if (!answer.isComplete() && Context.isOnEventLoopThread()) {
      throw LookupErrors.notImmediate();
    }
    try {
      return answer
          .toCompletionStage()
          .toCompletableFuture()
          .get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return FeatureBlock.late(asked.keys(), step.table().types(step.features()));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LookupErrors.interrupted();
    }
  }
}
