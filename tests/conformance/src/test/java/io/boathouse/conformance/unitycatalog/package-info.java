/** The Unity Catalog Java client. */
@NullMarked
package io.boathouse.conformance.unitycatalog;

import org.jspecify.annotations.NullMarked;
