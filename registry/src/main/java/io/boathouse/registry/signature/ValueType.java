package io.boathouse.registry.signature;

import java.util.List;

/** The type of a column or parameter of a model, as MLflow names them. */
public sealed interface ValueType {
  /** A single value: boolean, integer, long, float, double, string, binary or datetime. */
  record Scalar(Kind kind) implements ValueType {}

  /** A list of values of one type. */
  record ListOf(ValueType items) implements ValueType {}

  /** An object with known properties. */
  record ObjectOf(List<Property> properties) implements ValueType {
    public ObjectOf {
      properties = List.copyOf(properties);
    }
  }

  /** An object with any keys and values of one type. */
  record MapOf(ValueType values) implements ValueType {}

  /** Anything. */
  record Any() implements ValueType {}

  /** A type of a library that we do not know; such a model registers and is not served. */
  record Unknown(String name) implements ValueType {}

  /** One property of an object. */
  record Property(String name, ValueType type, boolean required) {}

  /** The kinds of single values. */
  enum Kind {
    BOOLEAN,
    INTEGER,
    LONG,
    FLOAT,
    DOUBLE,
    STRING,
    BINARY,
    DATETIME
  }
}
