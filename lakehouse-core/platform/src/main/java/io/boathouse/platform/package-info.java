/** Technical capabilities without a single domain noun, put together by one module class. */
@NullMarked
package io.boathouse.platform;

import org.jspecify.annotations.NullMarked;
