/**
 * The metadata database: embedded or by URL, transactions bound to the calling thread, migrations.
 */
@NullMarked
package io.boathouse.platform.db;

import org.jspecify.annotations.NullMarked;
