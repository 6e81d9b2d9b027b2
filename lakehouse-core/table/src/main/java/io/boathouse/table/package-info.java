/** Governed Delta tables: read, write, change, maintain. */
@NullMarked
package io.boathouse.table;

import org.jspecify.annotations.NullMarked;
