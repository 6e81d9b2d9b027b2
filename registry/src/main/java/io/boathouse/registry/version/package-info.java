/** Immutable numbered versions of models and their status. */
@NullMarked
package io.boathouse.registry.version;

import org.jspecify.annotations.NullMarked;
