/** Attempts to get past the policies of tables, through every door of the server. */
@NullMarked
package io.boathouse.e2e.adversarial;

import org.jspecify.annotations.NullMarked;
