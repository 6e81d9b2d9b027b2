/** The one JSON mapper, strict about what it reads. */
@NullMarked
package io.boathouse.platform.json;

import org.jspecify.annotations.NullMarked;
