/** The expressions of feature functions: parsed once, checked, and compiled to Java. */
@NullMarked
package io.boathouse.featurestore.expression;

import org.jspecify.annotations.NullMarked;
