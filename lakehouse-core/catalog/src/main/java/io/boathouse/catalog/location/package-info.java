/** Storage credentials, external locations, and short-lived scoped access. */
@NullMarked
package io.boathouse.catalog.location;

import org.jspecify.annotations.NullMarked;
