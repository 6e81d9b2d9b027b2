package io.boathouse.catalog.tag;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableJournal;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Sets, removes and tells tags. Setting needs APPLY_TAG, for a governed tag also MANAGE, as
 * policies can depend on those; whoever may see a thing sees its tags. Thread-safe; every method
 * blocks on the metadata database.
 */
public final class TagService {
  private static final int LONGEST_KEY = 256;
  private static final int LONGEST_VALUE = 1_000;
  private static final int MOST = 50;

  private final Database database;
  private final Governance governance;
  private final InstantSource clock;
  private final TagRepository repository;

  /**
   * What decides, names and records.
   *
   * @param changed is told of every change in its transaction
   */
  public record Governance(
      SecurableService securables,
      RelationService relations,
      Authorizer authorizer,
      SecurableJournal journal,
      Runnable changed) {}

  public TagService(Database database, Governance governance, InstantSource clock) {
    this.database = database;
    this.governance = governance;
    this.clock = clock;
    this.repository = new TagRepository(database);
  }

  /** The tags of one thing or column, by key. */
  public Page<Tag> list(Caller caller, TaggedEntity entity, PageRequest page) {
    String after = page.after(1).map(token -> token.keys().getFirst()).orElse("");
    UUID id = visible(caller, entity).id();
    List<Tag> found = repository.list(id, entity.column().orElse(""), after, page.maxResults() + 1);
    return Page.cut(found, page.maxResults(), tag -> List.of(tag.key()));
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the thing or the tag is absent
   */
  public Tag get(Caller caller, TaggedEntity entity, String key) {
    return tag(visible(caller, entity).id(), entity, key);
  }

  /**
   * Sets a tag that is not there yet.
   *
   * @throws io.boathouse.platform.error.LakeException ALREADY_EXISTS; INVALID_ARGUMENT for a value
   *     that the tag's policy does not list; PERMISSION_DENIED
   */
  public Tag create(Caller caller, TaggedEntity entity, String key, String value) {
    return database.inTransaction(
        () -> {
          Securable securable = changeable(caller, entity, key);
          List<Tag> present =
              repository.list(securable.id(), entity.column().orElse(""), "", MOST + 1);
          if (present.stream().anyMatch(tag -> tag.key().equals(key))) {
            throw TagErrors.alreadySet(key, entity);
          }
          if (present.size() >= MOST) {
            throw TagErrors.tooMany(MOST, entity);
          }
          return put(caller, securable, entity, key, value);
        });
  }

  /** Sets tags, whether they are there or not, all or none of them. */
  public void set(Caller caller, TaggedEntity entity, Map<String, String> tags) {
    database.useTransaction(
        () -> {
          for (Map.Entry<String, String> tag : new TreeMap<>(tags).entrySet()) {
            Securable securable = changeable(caller, entity, tag.getKey());
            Tag unused = put(caller, securable, entity, tag.getKey(), tag.getValue());
          }
          UUID id = visible(caller, entity).id();
          if (repository.list(id, entity.column().orElse(""), "", MOST + 1).size() > MOST) {
            throw TagErrors.tooMany(MOST, entity);
          }
        });
  }

  /** Removes those of the tags that are there. */
  public void unset(Caller caller, TaggedEntity entity, List<String> keys) {
    database.useTransaction(
        () -> {
          for (String key : keys) {
            Securable securable = changeable(caller, entity, key);
            if (repository.remove(securable.id(), entity.column().orElse(""), key)) {
              changed(caller, "UNSET_TAG", securable, about(entity, key, ""));
            }
          }
        });
  }

  /** Changes the value of a tag that is there. */
  public Tag update(Caller caller, TaggedEntity entity, String key, String value) {
    return database.inTransaction(
        () -> {
          Securable securable = changeable(caller, entity, key);
          Tag unused = tag(securable.id(), entity, key);
          return put(caller, securable, entity, key, value);
        });
  }

  /** Removes a tag that is there. */
  public void delete(Caller caller, TaggedEntity entity, String key) {
    database.useTransaction(
        () -> {
          Securable securable = changeable(caller, entity, key);
          if (!repository.remove(securable.id(), entity.column().orElse(""), key)) {
            throw TagErrors.notSet(key, entity);
          }
          changed(caller, "UNSET_TAG", securable, about(entity, key, ""));
        });
  }

  private Tag put(
      Caller caller, Securable securable, TaggedEntity entity, String key, String value) {
    checkValue(value);
    List<String> allowed = repository.policy(key).map(TagPolicy::values).orElse(List.of());
    if (!allowed.isEmpty() && !allowed.contains(value)) {
      throw TagErrors.valueNotAllowed(key, value, allowed);
    }
    Tag tag =
        new Tag(key, value, clock.instant().truncatedTo(ChronoUnit.MICROS), caller.principal());
    repository.put(securable.id(), entity.column().orElse(""), tag);
    changed(caller, "SET_TAG", securable, about(entity, key, value));
    return tag;
  }

  private void changed(
      Caller caller, String action, Securable securable, Map<String, String> about) {
    governance.journal().changed(caller, action, securable, about);
    governance.changed().run();
  }

  private Tag tag(UUID id, TaggedEntity entity, String key) {
    return repository.list(id, entity.column().orElse(""), "", MOST + 1).stream()
        .filter(tag -> tag.key().equals(key))
        .findFirst()
        .orElseThrow(() -> TagErrors.notSet(key, entity));
  }

  private Securable visible(Caller caller, TaggedEntity entity) {
    Securable securable = governance.securables().get(caller, entity.type(), entity.name());
    entity.column().ifPresent(column -> requireColumn(caller, entity, column));
    return securable;
  }

  private Securable changeable(Caller caller, TaggedEntity entity, String key) {
    checkKey(key);
    Securable securable =
        governance.authorizer().require(caller, Privilege.APPLY_TAG, entity.type(), entity.name());
    if (repository.policy(key).isPresent()) {
      governance.authorizer().require(caller, Privilege.MANAGE, securable);
    }
    entity.column().ifPresent(column -> requireColumn(caller, entity, column));
    return securable;
  }

  private void requireColumn(Caller caller, TaggedEntity entity, String column) {
    if (entity.type() != SecurableType.TABLE) {
      throw SecurableErrors.notFound(entity.type(), entity.name());
    }
    Relation table = governance.relations().get(caller, entity.name());
    if (table.columns().stream().noneMatch(known -> known.name().equals(column))) {
      throw TagErrors.noColumn(entity);
    }
  }

  private static Map<String, String> about(TaggedEntity entity, String key, String value) {
    return Map.of("tag", key, "value", value, "column", entity.column().orElse(""));
  }

  static void checkKey(String key) {
    if (key.isBlank()
        || key.length() > LONGEST_KEY
        || !key.strip().equals(key)
        || key.chars().anyMatch(c -> Character.isISOControl(c) || ".,-=/:".indexOf(c) >= 0)) {
      throw TagErrors.invalid(
          "tag_key", key, "1 to 256 characters, without . , - = / : at any place");
    }
  }

  static void checkValue(String value) {
    if (value.length() > LONGEST_VALUE || value.chars().anyMatch(Character::isISOControl)) {
      throw TagErrors.invalid("tag_value", value, "at most 1000 printable characters");
    }
  }
}
