/** Grants, groups, tags and policies as a file: what it would change, for whom, and changing it. */
@NullMarked
package io.boathouse.catalog.access;

import org.jspecify.annotations.NullMarked;
