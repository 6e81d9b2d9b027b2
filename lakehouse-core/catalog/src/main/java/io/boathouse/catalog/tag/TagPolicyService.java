package io.boathouse.catalog.tag;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Governed tags: which there are, and their values. Everybody reads them; administrators change
 * them. What was set before a policy stays as it is. Every method blocks.
 */
public final class TagPolicyService {
  private final Database database;
  private final Authorizer authorizer;
  private final AuditLog audit;
  private final InstantSource clock;
  private final TagRepository repository;

  public TagPolicyService(
      Database database, Authorizer authorizer, AuditLog audit, InstantSource clock) {
    this.database = database;
    this.authorizer = authorizer;
    this.audit = audit;
    this.clock = clock;
    this.repository = new TagRepository(database);
  }

  /** All governed tags, by key. */
  @SuppressWarnings("unused") // everybody may know which tags there are
  public Page<TagPolicy> list(Caller caller, PageRequest page) {
    String after = page.after(1).map(token -> token.keys().getFirst()).orElse("");
    List<TagPolicy> found = repository.policies(after, page.maxResults() + 1);
    return Page.cut(found, page.maxResults(), policy -> List.of(policy.key()));
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND
   */
  @SuppressWarnings("unused") // everybody may know which tags there are
  public TagPolicy get(Caller caller, String key) {
    return repository.policy(key).orElseThrow(() -> TagErrors.noPolicy(key));
  }

  /**
   * @throws io.boathouse.platform.error.LakeException ALREADY_EXISTS; PERMISSION_DENIED
   */
  public TagPolicy create(
      Caller caller, String key, Optional<String> description, List<String> values) {
    authorizer.requireAdministrator(caller, "govern tags");
    Instant now = now();
    TagPolicy policy = new TagPolicy(key, UUID.randomUUID(), description, values, now, now);
    return database.inTransaction(
        () -> {
          if (!repository.insert(policy)) {
            throw TagErrors.policyExists(key);
          }
          return recorded(caller, "CREATE_TAG_POLICY", policy);
        });
  }

  /** Changes what is given and leaves the rest. */
  public TagPolicy update(
      Caller caller, String key, Optional<String> description, Optional<List<String>> values) {
    authorizer.requireAdministrator(caller, "govern tags");
    return database.inTransaction(
        () -> {
          TagPolicy old = repository.policy(key).orElseThrow(() -> TagErrors.noPolicy(key));
          TagPolicy changed =
              new TagPolicy(
                  key,
                  old.id(),
                  description.or(old::description),
                  values.orElse(old.values()),
                  old.createdAt(),
                  now());
          boolean unused = repository.update(changed);
          return recorded(caller, "UPDATE_TAG_POLICY", changed);
        });
  }

  /** Sets the tag free: its assignments stay, and are governed no longer. */
  public void delete(Caller caller, String key) {
    authorizer.requireAdministrator(caller, "govern tags");
    database.useTransaction(
        () -> {
          if (!repository.deletePolicy(key)) {
            throw TagErrors.noPolicy(key);
          }
          audit.recorded(caller, "DELETE_TAG_POLICY", Map.of("tag", key));
        });
  }

  private TagPolicy recorded(Caller caller, String action, TagPolicy policy) {
    audit.recorded(
        caller, action, Map.of("tag", policy.key(), "values", policy.values().toString()));
    return policy;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
