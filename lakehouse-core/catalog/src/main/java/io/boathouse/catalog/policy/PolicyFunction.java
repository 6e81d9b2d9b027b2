package io.boathouse.catalog.policy;

import io.boathouse.catalog.securable.FullName;
import java.util.List;
import java.util.UUID;

/**
 * A function of the catalog as a policy calls it.
 *
 * @param id of the function, which stays when it is renamed or replaced
 * @param name that the function had when the policy was set
 * @param arguments columns of the table, in the order of the function's parameters; for a mask the
 *     masked column is the first
 */
public record PolicyFunction(UUID id, FullName name, List<String> arguments) {
  public PolicyFunction {
    arguments = List.copyOf(arguments);
  }
}
