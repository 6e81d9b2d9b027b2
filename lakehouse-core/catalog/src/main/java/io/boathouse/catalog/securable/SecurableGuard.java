package io.boathouse.catalog.securable;

import io.boathouse.platform.auth.Caller;
import java.util.Map;

/**
 * What the tree asks before it shows or changes anything. The grant package answers; the tree
 * itself knows no privileges. Decisions see the transaction of the calling thread.
 */
public interface SecurableGuard {
  /**
   * Demands the right to create a thing of this type.
   *
   * @param parent the container that it would be put into
   */
  void requireCreate(Caller caller, Securable parent, SecurableType type, FullName name);

  /** Demands that the caller may know of the securable; NOT_FOUND if not. */
  void requireVisible(Caller caller, Securable securable);

  /** Whether the caller may know of the securable. */
  boolean mayKnow(Caller caller, Securable securable);

  /** Demands the right to rename, comment and set properties. */
  void requireChange(Caller caller, Securable securable);

  /** Demands the right to delete and to change the owner. */
  void requireManage(Caller caller, Securable securable);

  /** The condition under which the caller may know of securables of this type. */
  Narrowing narrowing(Caller caller, SecurableType type);

  /** Forgets decisions that a change of the tree has made stale, when the transaction ends. */
  void treeChanged();

  /**
   * A bound SQL fragment.
   *
   * @param condition a boolean SQL expression over the alias {@code s} of table {@code
   *     catalog_securable}, with named parameters
   * @param parameters the values of the named parameters
   */
  record Narrowing(String condition, Map<String, Object> parameters) {
    public Narrowing {
      parameters = Map.copyOf(parameters);
    }
  }
}
