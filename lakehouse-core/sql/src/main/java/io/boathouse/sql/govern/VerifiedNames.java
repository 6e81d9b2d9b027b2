package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Sees that a printed query names nothing but what its check gave out. */
final class VerifiedNames implements TreeWalk.Names {
  private final BoundNames given;

  VerifiedNames(BoundNames given) {
    this.given = given;
  }

  @Override
  public void table(ObjectNode node, Map<String, String> ctes) {
    List<String> path = BoundNames.texts(node.path("qualified_name").path("path"));
    boolean known =
        switch (path.size()) {
          case 1 -> given.ctes().contains(path.getFirst());
          case 3 ->
              path.subList(0, 2).equals(List.of("temp", "main"))
                  && given.viewNames().contains(path.getLast());
          default -> false;
        };
    if (!known || !node.path("at_clause").isNull()) {
      throw GovernErrors.notWhatWasChecked(String.join(".", path));
    }
  }

  @Override
  public void changes(ObjectNode node) {
    throw GovernErrors.notWhatWasChecked("a function of changes");
  }

  @Override
  public String cte(String name) {
    if (!given.ctes().contains(name)) {
      throw GovernErrors.notWhatWasChecked(name);
    }
    return name;
  }

  @Override
  public void column(ObjectNode node) {
    // a column can only be one of a table that was verified
  }

  @Override
  public void parameter(ObjectNode node) {
    throw GovernErrors.notWhatWasChecked("a parameter");
  }

  @Override
  public void catalogFunction(ObjectNode node, List<String> path) {
    String handle = node.at("/arguments/0/expression/literal/text").asText();
    if (!path.equals(List.of(ModelCall.FUNCTION)) || !given.modelHandles().contains(handle)) {
      throw GovernErrors.notWhatWasChecked(String.join(".", path));
    }
  }

  @Override
  public void callerFunction(ObjectNode node, String name) {
    throw GovernErrors.notWhatWasChecked(name);
  }
}
