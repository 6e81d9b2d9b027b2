/** Registered models, versions, aliases, signatures, artifacts. */
@NullMarked
package io.boathouse.registry;

import org.jspecify.annotations.NullMarked;
