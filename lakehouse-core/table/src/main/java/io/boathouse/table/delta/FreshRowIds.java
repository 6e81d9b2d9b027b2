package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the rows of a commit's new files the numbers after those that the table gave out before
 * (Delta protocol, "Writer Requirements for Row Tracking"). Done anew for every version that a
 * commit tries to become, because whoever came first took the same numbers.
 */
final class FreshRowIds {
  private FreshRowIds() {}

  /**
   * The actions with the numbers in them.
   *
   * @param base with the properties and the protocol that the commit leaves behind
   * @param now the version before the commit
   */
  static List<String> given(DeltaSnapshot base, DeltaSnapshot now, List<String> actions) {
    if (!base.numbersRows()) {
      return actions;
    }
    List<String> all = new ArrayList<>(actions);
    if (!now.numbersRows()) {
      now.logged().list().stream()
          .filter(file -> file.baseRowId().isEmpty())
          .forEach(file -> all.add(Actions.add(file, false)));
    }
    long before = now.highestRowId();
    long highest = before;
    List<String> numbered = new ArrayList<>();
    for (String action : all) {
      ObjectNode line = action.contains("\"add\"") ? (ObjectNode) Json.parse(action) : null;
      if (line != null && line.get("add") instanceof ObjectNode add) {
        if (!add.hasNonNull("baseRowId")) {
          add.put("baseRowId", highest + 1);
          highest = Math.addExact(highest, rows(add));
        }
        if (!add.hasNonNull("defaultRowCommitVersion")) {
          add.put("defaultRowCommitVersion", now.version() + 1);
        }
        numbered.add(Json.writeText(line));
      } else {
        numbered.add(action);
      }
    }
    if (highest != before) {
      numbered.add(Actions.highestRowId(highest));
    }
    return numbered;
  }

  /** All rows of the file, those that a deletion vector marks too. */
  private static long rows(ObjectNode add) {
    String statistics = add.path("stats").asText();
    var count = statistics.isEmpty() ? null : Json.parse(statistics).get("numRecords");
    if (count == null || !count.isIntegralNumber()) {
      throw DeltaErrors.rowsUncounted(add.path("path").asText());
    }
    return count.longValue();
  }
}
