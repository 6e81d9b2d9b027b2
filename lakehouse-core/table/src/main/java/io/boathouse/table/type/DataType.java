package io.boathouse.table.type;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The type of a column or of a value inside one; the same set that Delta has. */
public sealed interface DataType {
  /** The type as Spark SQL writes it, such as {@code bigint} or {@code array<string>}. */
  String text();

  /** Reads {@link #text()} and Spark's other spellings. @throws LakeException INVALID_ARGUMENT */
  static DataType parse(String text) {
    return new SparkTypeParser(text).parse();
  }

  record BooleanType() implements DataType {
    @Override
    public String text() {
      return "boolean";
    }
  }

  /** 8 bits, signed. */
  record ByteType() implements DataType {
    @Override
    public String text() {
      return "tinyint";
    }
  }

  /** 16 bits, signed. */
  record ShortType() implements DataType {
    @Override
    public String text() {
      return "smallint";
    }
  }

  /** 32 bits, signed. */
  record IntegerType() implements DataType {
    @Override
    public String text() {
      return "int";
    }
  }

  /** 64 bits, signed. */
  record LongType() implements DataType {
    @Override
    public String text() {
      return "bigint";
    }
  }

  /** IEEE 754, 32 bits. */
  record FloatType() implements DataType {
    @Override
    public String text() {
      return "float";
    }
  }

  /** IEEE 754, 64 bits. */
  record DoubleType() implements DataType {
    @Override
    public String text() {
      return "double";
    }
  }

  /**
   * An exact number.
   *
   * @param precision digits in all, 1 to 38
   * @param scale digits after the point, 0 to precision
   */
  record DecimalType(int precision, int scale) implements DataType {
    private static final int MAX_PRECISION = 38;

    public DecimalType {
      if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
        throw TypeErrors.unknownType("decimal(" + precision + "," + scale + ")");
      }
    }

    @Override
    public String text() {
      return "decimal(" + precision + "," + scale + ")";
    }
  }

  /** Text in UTF-8. */
  record StringType() implements DataType {
    @Override
    public String text() {
      return "string";
    }
  }

  record BinaryType() implements DataType {
    @Override
    public String text() {
      return "binary";
    }
  }

  record DateType() implements DataType {
    @Override
    public String text() {
      return "date";
    }
  }

  /** An instant in microseconds; shown in UTC. */
  record TimestampType() implements DataType {
    @Override
    public String text() {
      return "timestamp";
    }
  }

  /** What a clock on a wall shows, in microseconds, without a zone. */
  record TimestampNtzType() implements DataType {
    @Override
    public String text() {
      return "timestamp_ntz";
    }
  }

  /**
   * @param containsNull whether an element may be null
   */
  record ArrayType(DataType element, boolean containsNull) implements DataType {
    @Override
    public String text() {
      return "array<" + element.text() + ">";
    }
  }

  record StructType(List<Column> fields) implements DataType {
    public StructType {
      fields = List.copyOf(fields);
    }

    @Override
    public String text() {
      return fields.stream()
          .map(field -> field.name() + ":" + field.type().text())
          .collect(Collectors.joining(",", "struct<", ">"));
    }

    /** The field of the name, whatever its case. */
    public Optional<Column> field(String name) {
      return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).findFirst();
    }
  }

  /**
   * @param valueContainsNull whether a value may be null; keys never are
   */
  record MapType(DataType key, DataType value, boolean valueContainsNull) implements DataType {
    @Override
    public String text() {
      return "map<" + key.text() + "," + value.text() + ">";
    }
  }
}
