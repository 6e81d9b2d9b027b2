package io.boathouse.table.type;

import java.util.List;
import java.util.Optional;

/**
 * Which types hold every value of another: the supported type changes of the Delta protocol, and
 * structs that got more fields.
 */
public final class Widening {
  private static final List<Class<? extends DataType>> WHOLE_NUMBERS =
      List.of(
          DataType.ByteType.class,
          DataType.ShortType.class,
          DataType.IntegerType.class,
          DataType.LongType.class);
  private static final int[] DIGITS = {3, 5, 10, 20};

  private Widening() {}

  /** Whether every value of one type is a value of the other, the same type included. */
  public static boolean allows(DataType from, DataType to) {
    return from.equals(to)
        || switch (to) {
          case DataType.StructType wide ->
              from instanceof DataType.StructType(var fields)
                  && fields.stream().allMatch(field -> has(wide, field));
          case DataType.ArrayType wide ->
              from instanceof DataType.ArrayType narrow && allows(narrow.element(), wide.element());
          case DataType.MapType wide ->
              from instanceof DataType.MapType narrow
                  && allows(narrow.key(), wide.key())
                  && allows(narrow.value(), wide.value());
          case DataType.DecimalType wide -> toDecimal(from, wide);
          case DataType.DoubleType wide ->
              from instanceof DataType.FloatType
                  || (wholeNumber(from) >= 0 && wholeNumber(from) < 3);
          case DataType.TimestampNtzType wide -> from instanceof DataType.DateType;
          default -> wholeNumber(from) >= 0 && wholeNumber(from) < wholeNumber(to);
        };
  }

  private static boolean has(DataType.StructType wide, Column field) {
    Optional<Column> found =
        wide.fields().stream().filter(one -> one.name().equals(field.name())).findFirst();
    return found.map(one -> allows(field.type(), one.type())).orElse(false);
  }

  private static boolean toDecimal(DataType from, DataType.DecimalType wide) {
    int whole = wide.precision() - wide.scale();
    return from instanceof DataType.DecimalType narrow
        ? narrow.scale() <= wide.scale() && narrow.precision() - narrow.scale() <= whole
        : wholeNumber(from) >= 0 && DIGITS[wholeNumber(from)] <= whole;
  }

  private static int wholeNumber(DataType type) {
    return WHOLE_NUMBERS.indexOf(type.getClass());
  }
}
