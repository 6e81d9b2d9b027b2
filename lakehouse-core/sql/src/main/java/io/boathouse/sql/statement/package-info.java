/** Statement Execution API, results, cancel, history. */
@NullMarked
package io.boathouse.sql.statement;

import org.jspecify.annotations.NullMarked;
