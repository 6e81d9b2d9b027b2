/** How fast and how big: each class asks one question and measures a ceiling beside the answer. */
@NullMarked
package io.boathouse.benchmark;

import org.jspecify.annotations.NullMarked;
