package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.HttpErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A SCIM PATCH (RFC 7644 section 3.5.2) of members and of the plain attributes. */
record ScimPatch(@JsonProperty("Operations") Optional<List<Operation>> operations) {
  private static final Pattern ONE_MEMBER =
      Pattern.compile("members\\[\\s*value\\s+eq\\s+\"([0-9a-fA-F-]{36})\"\\s*\\]");

  /** One step. */
  record Operation(
      @JsonProperty("op") Optional<String> op,
      @JsonProperty("path") Optional<String> path,
      @JsonProperty("value") Optional<JsonNode> value) {
    String verb() {
      return op.orElse("").toLowerCase(Locale.ROOT);
    }
  }

  /** Applies all steps; the caller of this owns the transaction. */
  void apply(Caller caller, PrincipalService principals, Principal principal) {
    NewPrincipal plain =
        new NewPrincipal(
            principal.name(),
            principal.kind(),
            principal.displayName(),
            principal.externalId(),
            principal.active());
    NewPrincipal changed = plain;
    for (Operation operation :
        operations.orElseThrow(() -> HttpErrors.missingParameter("Operations"))) {
      if (operation.path().orElse("").startsWith("members")) {
        members(caller, principals, principal, operation);
      } else {
        changed = plain(changed, operation);
      }
    }
    if (!changed.equals(plain)) {
      principals.update(caller, principal.id(), changed);
    }
  }

  private static void members(
      Caller caller, PrincipalService principals, Principal group, Operation operation) {
    List<UUID> named = members(operation);
    switch (operation.verb()) {
      case "add" -> named.forEach(id -> principals.addMember(caller, group.id(), id));
      case "remove" -> named.forEach(id -> principals.removeMember(caller, group.id(), id));
      case "replace" -> {
        named.forEach(id -> principals.addMember(caller, group.id(), id));
        for (Principal member : principals.members(caller, group.id())) {
          if (!named.contains(member.id())) {
            principals.removeMember(caller, group.id(), member.id());
          }
        }
      }
      default -> throw badOperation(operation);
    }
  }

  private static List<UUID> members(Operation operation) {
    Matcher one = ONE_MEMBER.matcher(operation.path().orElse(""));
    if (one.matches()) {
      return List.of(UUID.fromString(one.group(1)));
    }
    List<UUID> ids = new ArrayList<>();
    for (JsonNode member : operation.value().orElseThrow(() -> badOperation(operation))) {
      String id = member.path("value").asText();
      try {
        ids.add(UUID.fromString(id));
      } catch (IllegalArgumentException e) {
        throw IdentityErrors.principalNotFound(id);
      }
    }
    return ids;
  }

  private static NewPrincipal plain(NewPrincipal old, Operation operation) {
    if (!operation.verb().equals("replace") && !operation.verb().equals("add")) {
      throw badOperation(operation);
    }
    JsonNode value = operation.value().orElseThrow(() -> badOperation(operation));
    if (operation.path().isPresent()) {
      return set(old, operation.path().get(), value, operation);
    }
    NewPrincipal changed = old;
    for (var field : value.properties()) {
      changed = set(changed, field.getKey(), field.getValue(), operation);
    }
    return changed;
  }

  private static NewPrincipal set(
      NewPrincipal old, String attribute, JsonNode value, Operation operation) {
    boolean group = old.kind() == Principal.Kind.GROUP;
    return switch (attribute) {
      case "active" ->
          new NewPrincipal(
              old.name(), old.kind(), old.displayName(), old.externalId(), flag(value));
      case "externalId" ->
          new NewPrincipal(old.name(), old.kind(), old.displayName(), text(value), old.active());
      case "userName" ->
          new NewPrincipal(
              value.asText(), old.kind(), old.displayName(), old.externalId(), old.active());
      case "displayName" ->
          group
              ? new NewPrincipal(
                  value.asText(), old.kind(), Optional.empty(), old.externalId(), true)
              : new NewPrincipal(
                  old.name(), old.kind(), text(value), old.externalId(), old.active());
      default -> throw badOperation(operation);
    };
  }

  /** Some providers send the words for the truth values. */
  private static boolean flag(JsonNode value) {
    return switch (value.asText().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw HttpErrors.invalidParameter("active", value.asText(), "true or false");
    };
  }

  private static Optional<String> text(JsonNode value) {
    return Optional.of(value.asText()).filter(text -> !text.isEmpty());
  }

  private static RuntimeException badOperation(Operation operation) {
    return HttpErrors.invalidParameter(
        "Operations",
        operation.op().orElse("") + " " + operation.path().orElse(""),
        "add, remove or replace of members, or replace of active, displayName, userName or"
            + " externalId with a value");
  }
}
