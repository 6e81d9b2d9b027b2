package io.boathouse.registry.model;

/** A tag of a model or version. */
public record Tag(String key, String value) {
  private static final int MAX_KEY = 250;
  private static final int MAX_VALUE = 100_000;

  public Tag {
    if (key.isEmpty() || key.codePointCount(0, key.length()) > MAX_KEY) {
      throw RegistryErrors.invalidTag("key", key, MAX_KEY);
    }
    if (value.codePointCount(0, value.length()) > MAX_VALUE) {
      throw RegistryErrors.invalidTag("value", value, MAX_VALUE);
    }
  }
}
