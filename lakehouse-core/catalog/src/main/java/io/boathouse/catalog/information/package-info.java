/** The catalog as tables: information_schema, narrowed to what each caller may see. */
@NullMarked
package io.boathouse.catalog.information;

import org.jspecify.annotations.NullMarked;
