/** Registered models: the governed names under which versions are kept. */
@NullMarked
package io.boathouse.registry.model;

import org.jspecify.annotations.NullMarked;
