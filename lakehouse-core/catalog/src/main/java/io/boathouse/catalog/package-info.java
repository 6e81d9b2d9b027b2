/** Every governed thing's name, owner, grants, policies, tags, lineage and audit. */
@NullMarked
package io.boathouse.catalog;

import org.jspecify.annotations.NullMarked;
