/** The caller of a request and the authenticators that establish it. */
@NullMarked
package io.boathouse.platform.auth;

import org.jspecify.annotations.NullMarked;
