package io.boathouse.catalog.securable;

import io.boathouse.platform.auth.Caller;
import java.util.Map;

/** Where the tree reports its changes; joins the transaction of the calling thread. */
@FunctionalInterface
public interface SecurableJournal {
  void changed(Caller caller, String action, Securable securable, Map<String, String> parameters);
}
