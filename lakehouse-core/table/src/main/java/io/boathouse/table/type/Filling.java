package io.boathouse.table.type;

import java.util.Optional;

/** What a column gets where a row does not say. */
public sealed interface Filling {

  /**
   * The value of an expression.
   *
   * @param expression over no columns
   */
  record Default(String expression) implements Filling {}

  /**
   * Always the value of an expression.
   *
   * @param expression over other columns of the row
   */
  record Generated(String expression) implements Filling {}

  /**
   * A number that no other row has got.
   *
   * @param step from one number to the next, not 0
   * @param explicit whether rows may bring their own
   * @param last the one given last
   */
  record Identity(long start, long step, boolean explicit, Optional<Long> last) implements Filling {
    public Identity {
      if (step == 0) {
        throw TypeErrors.identityWithoutStep();
      }
    }

    /** The number of the next row. @throws ArithmeticException if there is none */
    public long next() {
      if (last.isEmpty()) {
        return start;
      }
      long steps = Math.floorDiv(Math.subtractExact(last.get(), start), step) + 1;
      return Math.addExact(start, Math.multiplyExact(Math.max(steps, 0), step));
    }

    /** The number of the last one of so many next rows. @param rows at least 1 */
    public long after(long rows) {
      return Math.addExact(next(), Math.multiplyExact(rows - 1, step));
    }
  }
}
