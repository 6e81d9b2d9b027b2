/** Table and view metadata: columns, format, and where the data is. */
@NullMarked
package io.boathouse.catalog.relation;

import org.jspecify.annotations.NullMarked;
