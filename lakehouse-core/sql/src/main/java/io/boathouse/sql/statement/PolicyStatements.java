package io.boathouse.sql.statement;

import io.boathouse.catalog.policy.AttributePolicy;
import io.boathouse.catalog.policy.AttributePolicyService;
import io.boathouse.catalog.policy.AttributePolicyService.Wanted;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.grammar.AccessStatement.ChangePolicy;
import io.boathouse.sql.grammar.AccessStatement.CreatePolicy;
import io.boathouse.sql.grammar.AccessStatement.DescribePolicy;
import io.boathouse.sql.grammar.AccessStatement.DropPolicy;
import io.boathouse.sql.grammar.AccessStatement.PolicyPlace;
import io.boathouse.sql.grammar.AccessStatement.PolicyText;
import io.boathouse.sql.grammar.AccessStatement.ShowPolicies;
import io.boathouse.sql.grammar.PolicyClause;
import io.boathouse.sql.grammar.Statement.Existing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Statements that set, tell and drop row filters, masks and attribute policies. */
final class PolicyStatements {
  private final PolicyService policies;
  private final AttributePolicyService attributes;

  PolicyStatements(PolicyService policies, AttributePolicyService attributes) {
    this.policies = policies;
    this.attributes = attributes;
  }

  void change(Caller caller, ChangePolicy statement, NameDefaults defaults) {
    change(caller, defaults.table(statement.name()), statement.clause(), defaults);
  }

  void change(Caller caller, FullName table, PolicyClause clause, NameDefaults defaults) {
    switch (clause) {
      case PolicyClause.SetRowFilter set ->
          policies.setRowFilter(caller, table, defaults.table(set.function()), set.columns());
      case PolicyClause.DropRowFilter drop -> policies.dropRowFilter(caller, table);
      case PolicyClause.SetMask set ->
          policies.setMask(
              caller, table, set.column(), defaults.table(set.function()), set.others());
      case PolicyClause.DropMask drop -> policies.dropMask(caller, table, drop.column());
    }
  }

  void create(Caller caller, CreatePolicy statement, NameDefaults defaults) {
    Place on = Place.of(statement.on(), defaults);
    Wanted wanted = wanted(statement.text(), defaults);
    boolean present =
        statement.existing() == Existing.REPLACE
            && attributes.list(caller, on.type(), on.name(), false).stream()
                .anyMatch(policy -> policy.name().equals(statement.name()));
    AttributePolicy unused =
        present
            ? attributes.update(caller, on.type(), on.name(), statement.name(), old -> wanted)
            : attributes.create(caller, on.type(), on.name(), statement.name(), wanted);
  }

  void drop(Caller caller, DropPolicy statement, NameDefaults defaults) {
    Place on = Place.of(statement.on(), defaults);
    attributes.delete(caller, on.type(), on.name(), statement.name());
  }

  void show(Caller caller, ShowPolicies statement, NameDefaults defaults, RowSink sink) {
    Place on = Place.of(statement.on(), defaults);
    sink.columns(
        ListingStatements.texts(
            "name", "on_securable_type", "on_securable_fullname", "policy_type", "function_name"));
    for (AttributePolicy policy :
        attributes.list(caller, on.type(), on.name(), statement.effective())) {
      boolean unused =
          sink.row(
              List.of(
                  policy.name(),
                  policy.on().type().name(),
                  policy.on().name().toString(),
                  policy.effect().kind().name(),
                  policy.effect().function().toString()));
    }
  }

  void describe(Caller caller, DescribePolicy statement, NameDefaults defaults, RowSink sink) {
    Place on = Place.of(statement.on(), defaults);
    AttributePolicy policy = attributes.get(caller, on.type(), on.name(), statement.name());
    sink.columns(ListingStatements.texts("info_name", "info_value"));
    lines(policy)
        .forEach(
            (name, value) -> {
              boolean unused = sink.row(List.of(name, value));
            });
  }

  private static Map<String, String> lines(AttributePolicy policy) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("Name", policy.name());
    lines.put("On Securable Type", policy.on().type().name());
    lines.put("On Securable", policy.on().name().toString());
    lines.put("Comment", policy.comment().orElse(""));
    lines.put("Policy Type", policy.effect().kind().name());
    lines.put("Function", policy.effect().function().toString());
    lines.put("To Principals", names(policy.audience().to()));
    lines.put("Except Principals", names(policy.audience().except()));
    lines.put("When Condition", policy.when().orElse(""));
    lines.put(
        "Match Columns",
        String.join(
            ", ",
            policy.matches().stream().map(one -> one.condition() + " AS " + one.alias()).toList()));
    lines.put("On Column", policy.effect().onColumn().orElse(""));
    lines.put("Using Columns", String.join(", ", policy.effect().using()));
    lines.put("Created By", policy.createdBy());
    lines.put("Created Time", policy.createdAt().toString());
    return lines;
  }

  private static String names(List<AttributePolicy.Member> members) {
    return String.join(", ", members.stream().map(AttributePolicy.Member::name).toList());
  }

  private static Wanted wanted(PolicyText text, NameDefaults defaults) {
    return new Wanted(
        text.masked().isPresent()
            ? AttributePolicy.Kind.COLUMN_MASK
            : AttributePolicy.Kind.ROW_FILTER,
        defaults.table(text.function()),
        text.masked(),
        text.using(),
        text.matches().stream()
            .map(one -> new AttributePolicy.Match(one.alias(), one.condition()))
            .toList(),
        text.when(),
        text.comment(),
        text.to(),
        text.except());
  }

  /** What a policy is set on. */
  private record Place(SecurableType type, FullName name) {
    static Place of(PolicyPlace place, NameDefaults defaults) {
      return new Place(
          ObjectNames.type(place.type()), ObjectNames.name(place.type(), place.name(), defaults));
    }
  }
}
