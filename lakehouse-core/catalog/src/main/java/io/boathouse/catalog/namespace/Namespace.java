package io.boathouse.catalog.namespace;

import io.boathouse.catalog.securable.Securable;
import java.util.Optional;

/**
 * A catalog or schema.
 *
 * @param storageRoot where the data of managed things below goes by default, as its creator said
 */
public record Namespace(Securable securable, Optional<String> storageRoot) {}
