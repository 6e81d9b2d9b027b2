package io.boathouse.featurestore.spec;

import io.boathouse.featurestore.online.ValueType;

/** A value that comes with the request, or stands in the labels. */
public record RequestColumn(String name, ValueType type) {
  public RequestColumn {
    if (name.isBlank() || name.length() > 255) {
      throw SpecErrors.invalid("request_columns.name", name, "1 to 255 characters");
    }
  }
}
