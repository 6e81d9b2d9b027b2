/** Finding a prediction that was kept, with all that explains it. */
@NullMarked
package io.boathouse.serving.prediction;

import org.jspecify.annotations.NullMarked;
