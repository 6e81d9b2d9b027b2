/** References to secrets, values that never print, and redaction of text that may hold them. */
@NullMarked
package io.boathouse.platform.secret;

import org.jspecify.annotations.NullMarked;
