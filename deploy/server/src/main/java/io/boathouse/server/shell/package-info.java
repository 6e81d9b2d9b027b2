/** The interactive SQL shell: reading statements, completion, printing and exporting results. */
@NullMarked
package io.boathouse.server.shell;

import org.jspecify.annotations.NullMarked;
