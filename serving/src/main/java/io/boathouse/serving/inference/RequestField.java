package io.boathouse.serving.inference;

/**
 * A value that each row of a request carries.
 *
 * @param required whether every row must have it
 * @param nullable whether it may be null, which is a missing value
 */
public record RequestField(String name, Type type, boolean required, boolean nullable) {

  /** How a value is written in JSON. */
  public enum Type {
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    /** Nested lists, as many deep as the model's tensor has dimensions. */
    TENSOR
  }
}
