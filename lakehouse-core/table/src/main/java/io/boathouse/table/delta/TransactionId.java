package io.boathouse.table.delta;

/**
 * Names a write so that repeating it has one effect: a write whose version is not greater than the
 * last one of its application is taken as done.
 *
 * @param appId who writes, such as one stream or one file
 * @param version counts the writer's own writes
 */
public record TransactionId(String appId, long version) {
  public TransactionId {
    if (appId.isBlank() || version < 0) {
      throw new IllegalArgumentException(
          "appId, version: " + appId + ", " + version + " (expected: a name, >= 0)");
    }
  }
}
