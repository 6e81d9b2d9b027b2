/** Rows that the server itself keeps appending, as governed tables of the catalog system. */
@NullMarked
package io.boathouse.table.append;

import org.jspecify.annotations.NullMarked;
