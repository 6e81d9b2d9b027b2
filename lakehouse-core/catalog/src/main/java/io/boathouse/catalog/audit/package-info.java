/** Who did what, with what decision. */
@NullMarked
package io.boathouse.catalog.audit;

import org.jspecify.annotations.NullMarked;
