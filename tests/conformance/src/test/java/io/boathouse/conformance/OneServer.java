package io.boathouse.conformance;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one packaged server that all of them share; it is started for the first that asks
 * and stopped after the last.
 */
public final class OneServer implements ParameterResolver {
  private static final Namespace SHARED = Namespace.create(OneServer.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == PackagedServer.class;
  }

  @Override
  public PackagedServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return of(context);
  }

  static PackagedServer of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(SHARED)
        .getOrComputeIfAbsent("server", name -> PackagedServer.start(), PackagedServer.class);
  }
}
