package io.boathouse.server;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.platform.auth.Caller;
import java.util.Map;
import java.util.function.Consumer;

/** Lets administrators pass, and records each of them in the audit. */
record AdministratorGate(CatalogModule catalog, String action) implements Consumer<Caller> {
  @Override
  public void accept(Caller caller) {
    catalog.authorizer().requireAdministrator(caller, action);
    catalog.auditLog().recorded(caller, action, Map.of());
  }
}
