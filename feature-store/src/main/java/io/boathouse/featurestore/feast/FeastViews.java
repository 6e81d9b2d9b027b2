package io.boathouse.featurestore.feast;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Feast's names: a feature view is a feature table, a feature service is a feature spec. */
final class FeastViews {
  private final FullName schema;

  /**
   * @param schema where views and services with a bare name lie
   */
  FeastViews(FullName schema) {
    this.schema = schema;
  }

  FullName schema() {
    return schema;
  }

  FullName view(String name) {
    return name(SecurableType.TABLE, name);
  }

  FullName service(String name) {
    return name(SecurableType.FUNCTION, name);
  }

  /** References {@code view:feature} by view, in the order in which the views are named first. */
  Map<String, List<String>> byView(List<String> references) {
    Map<String, List<String>> byView = new LinkedHashMap<>();
    for (String reference : references) {
      int colon = reference.indexOf(':');
      if (colon < 1 || colon == reference.length() - 1) {
        throw FeastErrors.invalid("features", reference, "view:feature");
      }
      byView
          .computeIfAbsent(reference.substring(0, colon), view -> new ArrayList<>())
          .add(reference.substring(colon + 1));
    }
    return byView;
  }

  private FullName name(SecurableType type, String name) {
    return FullName.parse(type, name.indexOf('.') < 0 ? schema + "." + name : name);
  }
}
