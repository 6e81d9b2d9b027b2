/** SQL over governed and foreign tables: statements, warehouses, engines, BI wire protocols. */
@NullMarked
package io.boathouse.sql;

import org.jspecify.annotations.NullMarked;
