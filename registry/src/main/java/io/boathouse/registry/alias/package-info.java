/** Movable names of versions, such as champion. */
@NullMarked
package io.boathouse.registry.alias;

import org.jspecify.annotations.NullMarked;
