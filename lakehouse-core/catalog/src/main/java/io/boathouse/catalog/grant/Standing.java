package io.boathouse.catalog.grant;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A principal with the groups it belongs to, and by which memberships.
 *
 * @param paths for each of them the shortest way to it, as names from the principal on; empty if
 *     the principal is disabled
 */
record Standing(Map<UUID, List<String>> paths) {
  Standing {
    paths = Map.copyOf(paths);
  }

  /** A group and one of its members. */
  record Membership(UUID member, UUID group) {}

  static Standing of(UUID principal, List<Membership> memberships, Map<UUID, String> names) {
    if (names.isEmpty()) {
      return new Standing(Map.of());
    }
    Map<UUID, List<String>> paths = new HashMap<>();
    Deque<UUID> ahead = new ArrayDeque<>();
    paths.put(principal, List.of(names.getOrDefault(principal, "")));
    ahead.add(principal);
    while (!ahead.isEmpty()) {
      UUID member = ahead.remove();
      for (Membership membership : memberships) {
        UUID group = membership.group();
        if (membership.member().equals(member) && !paths.containsKey(group)) {
          List<String> path = new ArrayList<>(paths.getOrDefault(member, List.of()));
          path.add(names.getOrDefault(group, ""));
          paths.put(group, path);
          ahead.add(group);
        }
      }
    }
    return new Standing(paths);
  }

  Set<UUID> ids() {
    return paths.keySet();
  }

  List<String> path(UUID id) {
    return paths.getOrDefault(id, List.of());
  }
}
