/** Discovery by name and comment. */
@NullMarked
package io.boathouse.catalog.search;

import org.jspecify.annotations.NullMarked;
