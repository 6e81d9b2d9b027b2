/** The same tables over Iceberg REST, for engines that read Iceberg. */
@NullMarked
package io.boathouse.table.iceberg;

import org.jspecify.annotations.NullMarked;
