package io.boathouse.featurestore.spec;

/**
 * A column computed from others of its row, in training and at request time alike.
 *
 * @param expression of request columns, lookup keys, features and functions before it
 */
public record FeatureFunction(String name, String expression) {
  public FeatureFunction {
    if (name.isBlank() || name.length() > 255) {
      throw SpecErrors.invalid("functions.name", name, "1 to 255 characters");
    }
  }
}
