/** Users, groups, service principals, tokens, SCIM. */
@NullMarked
package io.boathouse.catalog.identity;

import org.jspecify.annotations.NullMarked;
