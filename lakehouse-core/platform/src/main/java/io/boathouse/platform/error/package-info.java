/** Error codes and the one exception that carries them to every protocol. */
@NullMarked
package io.boathouse.platform.error;

import org.jspecify.annotations.NullMarked;
