package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.http.HttpErrors;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A SCIM PATCH (RFC 7644 section 3.5.2) on a resource as JSON. */
record ScimPatch(@JsonProperty("Operations") Optional<List<Operation>> operations) {
  private static final Set<String> MULTIPLE = Set.of("emails", "entitlements", "roles", "members");
  private static final int MOST_OPERATIONS = 1_000;

  /** One step. */
  record Operation(
      @JsonProperty("op") Optional<String> op,
      @JsonProperty("path") Optional<String> path,
      @JsonProperty("value") Optional<JsonNode> value) {
    String verb() {
      return op.orElse("").toLowerCase(Locale.ROOT);
    }

    JsonNode requiredValue() {
      return value.orElseThrow(() -> HttpErrors.missingParameter("value"));
    }
  }

  /** Changes the resource by all steps in order. */
  void apply(ObjectNode resource, ScimKind kind) {
    List<Operation> steps = operations.orElseThrow(() -> HttpErrors.missingParameter("Operations"));
    if (steps.size() > MOST_OPERATIONS) {
      throw HttpErrors.invalidParameter(
          "Operations", steps.size() + " operations", "at most " + MOST_OPERATIONS);
    }
    for (Operation step : steps) {
      switch (step.verb()) {
        case "add", "replace" -> put(resource, kind, step);
        case "remove" -> remove(resource, kind, step);
        default -> throw HttpErrors.invalidParameter("op", step.verb(), "add, remove or replace");
      }
    }
  }

  private static void put(ObjectNode resource, ScimKind kind, Operation step) {
    if (step.path().filter(path -> !path.isBlank()).isPresent()) {
      put(resource, ScimPath.parse(step.path().get(), kind), step.requiredValue(), step.verb());
      return;
    }
    if (!(step.requiredValue() instanceof ObjectNode attributes)) {
      throw HttpErrors.invalidParameter("value", "no object", "attributes with their values");
    }
    for (var field : attributes.properties()) {
      if (!field.getKey().equals("schemas") && !field.getKey().equals("id")) {
        put(resource, ScimPath.parse(field.getKey(), kind), field.getValue(), step.verb());
      }
    }
  }

  private static void put(ObjectNode resource, ScimPath path, JsonNode value, String verb) {
    if (MULTIPLE.contains(path.attribute())) {
      ArrayNode values = resource.withArray(path.attribute());
      if (path.filter().isPresent()) {
        change(values, path, value);
      } else if (path.sub().isPresent()) {
        throw IdentityErrors.invalidPath(path.toString());
      } else {
        if (verb.equals("replace")) {
          values.removeAll();
        }
        add(values, value);
      }
    } else if (path.sub().isPresent()) {
      resource.withObject("/" + path.attribute()).set(path.sub().get(), value);
    } else if (path.attribute().equals("name") && value instanceof ObjectNode parts) {
      ObjectNode name =
          verb.equals("replace") ? resource.putObject("name") : resource.withObject("/name");
      name.setAll(parts);
    } else {
      resource.set(path.attribute(), path.attribute().equals("active") ? flag(value) : value);
    }
  }

  private static void change(ArrayNode values, ScimPath path, JsonNode value) {
    boolean found = false;
    for (JsonNode element : values) {
      if (element instanceof ObjectNode object && path.meant(object)) {
        found = true;
        if (path.sub().isPresent()) {
          object.set(path.sub().get(), value);
        } else if (value instanceof ObjectNode fields) {
          object.setAll(fields);
        } else {
          object.set("value", value);
        }
      }
    }
    if (!found) {
      throw IdentityErrors.noTarget(path.toString());
    }
  }

  /** What is there already, by its value, is not added once more. */
  private static void add(ArrayNode values, JsonNode value) {
    Iterable<JsonNode> added = value.isArray() ? value : List.of(value);
    for (JsonNode element : added) {
      ObjectNode object = values.objectNode();
      if (element instanceof ObjectNode fields) {
        object = fields.deepCopy();
      } else {
        object.set("value", element);
      }
      if (indexOf(values, object) < 0) {
        values.add(object);
      }
    }
  }

  private static void remove(ObjectNode resource, ScimKind kind, Operation step) {
    String text = step.path().orElseThrow(() -> IdentityErrors.noTarget("remove without a path"));
    ScimPath path = ScimPath.parse(text, kind);
    boolean several = MULTIPLE.contains(path.attribute());
    if (!several) {
      if (path.sub().isPresent() && resource.get(path.attribute()) instanceof ObjectNode parts) {
        parts.remove(path.sub().get());
      } else if (path.attribute().equals(kind.nameAttribute())
          || path.attribute().equals("active")) {
        throw IdentityErrors.mutability(path.attribute());
      } else {
        resource.remove(path.attribute());
      }
      return;
    }
    ArrayNode values = resource.withArray(path.attribute());
    if (path.filter().isPresent()) {
      for (int i = values.size() - 1; i >= 0; i--) {
        if (path.meant(values.get(i))) {
          if (path.sub().isPresent() && values.get(i) instanceof ObjectNode object) {
            object.remove(path.sub().get());
          } else {
            values.remove(i);
          }
        }
      }
    } else if (step.value().filter(value -> !value.isNull() && !value.isEmpty()).isPresent()) {
      // Some providers name here which values go, though the standard has no word for it.
      for (JsonNode gone : step.value().get()) {
        int index = indexOf(values, gone);
        if (index >= 0) {
          values.remove(index);
        }
      }
    } else {
      values.removeAll();
    }
  }

  private static int indexOf(ArrayNode values, JsonNode element) {
    String wanted = element.isObject() ? element.path("value").asText() : element.asText();
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).path("value").asText().equalsIgnoreCase(wanted)) {
        return i;
      }
    }
    return -1;
  }

  /** Some providers send the words for the truth values. */
  private static BooleanNode flag(JsonNode value) {
    return switch (value.asText().toLowerCase(Locale.ROOT)) {
      case "true" -> BooleanNode.TRUE;
      case "false" -> BooleanNode.FALSE;
      default -> throw HttpErrors.invalidParameter("active", value.asText(), "true or false");
    };
  }
}
