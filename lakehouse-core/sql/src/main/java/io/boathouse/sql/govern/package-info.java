/** Names to securables, privileges, policy views, lineage. */
@NullMarked
package io.boathouse.sql.govern;

import org.jspecify.annotations.NullMarked;
