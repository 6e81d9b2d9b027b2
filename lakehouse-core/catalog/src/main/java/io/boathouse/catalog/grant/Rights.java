package io.boathouse.catalog.grant;

import static io.boathouse.catalog.grant.Privilege.BROWSE;
import static io.boathouse.catalog.grant.Privilege.USE_CATALOG;
import static io.boathouse.catalog.grant.Privilege.USE_SCHEMA;

import io.boathouse.catalog.securable.SecurableType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one principal may do with one securable: the pure rules of inheritance, ownership and gates.
 *
 * @param visible whether the principal may know of the securable
 * @param held the privileges that are granted or come with ownership, before the gates
 * @param closedGates privileges on containers that are missing to use anything inside
 * @param closedInside the privilege on the securable itself that is missing to create inside it
 */
record Rights(
    boolean visible,
    Set<Privilege> held,
    List<ClosedGate> closedGates,
    Optional<ClosedGate> closedInside) {

  /** A missing right to use a container. @param container the type of the container */
  record ClosedGate(Privilege privilege, SecurableType container) {}

  /**
   * The securable or a container above it.
   *
   * @param owned whether the principal, or a group it belongs to, owns it
   * @param granted what is granted on it to the principal or a group it belongs to
   */
  record Level(SecurableType type, boolean owned, Set<Privilege> granted) {
    Level {
      granted = Set.copyOf(granted);
    }
  }

  static final Rights NONE = new Rights(false, Set.of(), List.of(), Optional.empty());

  Rights {
    held = Set.copyOf(held);
    closedGates = List.copyOf(closedGates);
  }

  /** All rights there are, as an administrator has. */
  static Rights all() {
    return new Rights(true, EnumSet.allOf(Privilege.class), List.of(), Optional.empty());
  }

  /**
   * @param levels from the securable up to the metastore
   */
  static Rights of(List<Level> levels) {
    SecurableType type = levels.getFirst().type();
    EnumSet<Privilege> granted = EnumSet.noneOf(Privilege.class);
    boolean owned = false;
    boolean visible = type == SecurableType.METASTORE;
    List<ClosedGate> closed = new ArrayList<>();
    Optional<ClosedGate> inside = Optional.empty();
    for (int i = levels.size() - 1; i >= 0; i--) {
      Level level = levels.get(i);
      owned |= level.owned();
      boolean itself = i == 0;
      level.granted().stream()
          .filter(privilege -> itself || !privilege.isOfMetastoreAlone())
          .forEach(privilege -> granted.addAll(implied(privilege, type)));
      visible |= owned || reveals(level.granted(), itself, type);
      Optional<ClosedGate> gate = gate(level.type());
      if (gate.isPresent() && !owned && !granted.contains(gate.get().privilege())) {
        if (i == 0) {
          inside = gate;
        } else {
          closed.add(gate.get());
        }
      }
    }
    return new Rights(visible, owned ? EnumSet.allOf(Privilege.class) : granted, closed, inside);
  }

  boolean allows(Privilege privilege) {
    return held.contains(privilege) && closedGate(privilege).isEmpty();
  }

  /** The first container that may not be used, if that is what stands in the way. */
  Optional<ClosedGate> closedGate(Privilege privilege) {
    if (privilege == BROWSE) {
      return Optional.empty();
    }
    if (!closedGates.isEmpty()) {
      return Optional.of(closedGates.getFirst());
    }
    return privilege.creates() ? closedInside : Optional.empty();
  }

  /** Privileges that, granted on a container, let the holder know of things of a type inside. */
  static Set<Privilege> revealing(SecurableType type) {
    EnumSet<Privilege> revealing = EnumSet.noneOf(Privilege.class);
    for (Privilege privilege : Privilege.values()) {
      if (!privilege.isOfMetastoreAlone()
          && Arrays.stream(Privilege.values())
              .anyMatch(implied -> privilege.implies(implied) && implied.appliesTo(type))) {
        revealing.add(privilege);
      }
    }
    return revealing;
  }

  private static boolean reveals(
      Collection<Privilege> granted, boolean itself, SecurableType type) {
    return itself
        ? !granted.isEmpty()
        : granted.stream().anyMatch(privilege -> revealing(type).contains(privilege));
  }

  /** What a grant gives; for an experiment or endpoint, CAN_MANAGE gives MANAGE too. */
  static Set<Privilege> implied(Privilege privilege, SecurableType type) {
    EnumSet<Privilege> implied = EnumSet.noneOf(Privilege.class);
    for (Privilege other : Privilege.values()) {
      if (privilege.implies(other)) {
        implied.add(other);
      }
    }
    if (privilege == Privilege.CAN_MANAGE && privilege.appliesTo(type)) {
      implied.add(Privilege.MANAGE);
    }
    return implied;
  }

  static Optional<ClosedGate> gate(SecurableType type) {
    return switch (type) {
      case CATALOG -> Optional.of(new ClosedGate(USE_CATALOG, type));
      case SCHEMA -> Optional.of(new ClosedGate(USE_SCHEMA, type));
      default -> Optional.empty();
    };
  }
}
