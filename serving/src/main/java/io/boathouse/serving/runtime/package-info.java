/** Model runtimes: ONNX Runtime and Tribuo behind one interface. */
@NullMarked
package io.boathouse.serving.runtime;

import org.jspecify.annotations.NullMarked;
