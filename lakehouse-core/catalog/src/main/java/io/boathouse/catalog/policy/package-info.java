/** Row filters, column masks, tag-driven policies. */
@NullMarked
package io.boathouse.catalog.policy;

import org.jspecify.annotations.NullMarked;
