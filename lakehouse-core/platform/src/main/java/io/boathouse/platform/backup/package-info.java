/** Backup, restore, the data directory and its format. */
@NullMarked
package io.boathouse.platform.backup;

import org.jspecify.annotations.NullMarked;
