/** Privileges, inheritance and the authorizer that every door asks. */
@NullMarked
package io.boathouse.catalog.grant;

import org.jspecify.annotations.NullMarked;
