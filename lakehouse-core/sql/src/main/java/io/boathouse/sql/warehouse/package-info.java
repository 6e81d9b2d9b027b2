/** Sessions, admission, result cache. */
@NullMarked
package io.boathouse.sql.warehouse;

import org.jspecify.annotations.NullMarked;
