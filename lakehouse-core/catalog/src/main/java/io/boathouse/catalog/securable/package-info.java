/** The one tree of governed names: type, full name, owner, parent, comment. */
@NullMarked
package io.boathouse.catalog.securable;

import org.jspecify.annotations.NullMarked;
