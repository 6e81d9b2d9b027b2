/**
 * The story that a newcomer watches: three million flights become governed tables, features, a
 * model, an endpoint and a tool, every step a call that anybody can make.
 */
@NullMarked
package io.boathouse.server.quickstart;

import org.jspecify.annotations.NullMarked;
