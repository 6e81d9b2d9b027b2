package io.boathouse.catalog.function;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.securable.Securable;

/**
 * A function: the securable, and its definition in the words of Unity Catalog's FunctionInfo.
 *
 * @param definition parameters, types, language and body; name, comment and owner are the
 *     securable's
 */
public record FunctionDefinition(Securable securable, ObjectNode definition) {
  public FunctionDefinition {
    definition = definition.deepCopy();
  }
}
