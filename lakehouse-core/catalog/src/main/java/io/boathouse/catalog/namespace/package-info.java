/** Catalogs and schemas. */
@NullMarked
package io.boathouse.catalog.namespace;

import org.jspecify.annotations.NullMarked;
