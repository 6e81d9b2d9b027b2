/** Definitions of SQL and external functions. */
@NullMarked
package io.boathouse.catalog.function;

import org.jspecify.annotations.NullMarked;
