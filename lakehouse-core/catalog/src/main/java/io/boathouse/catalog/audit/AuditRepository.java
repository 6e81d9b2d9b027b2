package io.boathouse.catalog.audit;

import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.PageToken;
import io.boathouse.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** The catalog_audit table. Joins the transaction of the calling thread. */
final class AuditRepository {
  private static final String INSERT =
      """
      INSERT INTO catalog_audit (at, request_id, principal_id, principal, token_id, remote_address,
        user_agent, action, securable_type, securable_name, securable_id, decision, reason,
        parameters)
      VALUES (:at, :requestId, :principalId, :principal, :tokenId, :remoteAddress,
        :userAgent, :action, :securableType, :securableName, :securableId, :decision, :reason,
        CAST(:parameters AS jsonb))
      """;
  private static final String SELECT =
      """
      SELECT id, at, request_id, principal_id, principal, token_id, remote_address, user_agent,
        action, securable_type, securable_name, securable_id, decision, reason,
        parameters::text AS parameters
      FROM catalog_audit
      WHERE (CAST(:principal AS text) IS NULL OR principal = :principal)
        AND (CAST(:action AS text) IS NULL OR action = :action)
        AND (CAST(:name AS text) IS NULL OR securable_name = :name)
        AND (CAST(:decision AS text) IS NULL OR decision = :decision)
        AND (CAST(:requestId AS text) IS NULL OR request_id = :requestId)
        AND (CAST(:from AS timestamptz) IS NULL OR at >= :from)
        AND (CAST(:until AS timestamptz) IS NULL OR at < :until)
        AND (CAST(:before AS bigint) IS NULL OR id < :before)
      ORDER BY id DESC LIMIT :limit
      """;

  private static final String NEXT_BATCH =
      "SELECT min(batch) FROM catalog_audit WHERE batch > :after";
  private static final String NEW_BATCH =
      """
      UPDATE catalog_audit SET batch = :batch WHERE id IN (
        SELECT id FROM catalog_audit WHERE batch IS NULL
        ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED)
      """;
  private static final String BATCH =
      """
      SELECT id, at, request_id, principal_id, principal, token_id, remote_address, user_agent,
        action, securable_type, securable_name, securable_id, decision, reason,
        parameters::text AS parameters
      FROM catalog_audit WHERE batch = :batch ORDER BY id
      """;

  private final Database database;

  AuditRepository(Database database) {
    this.database = database;
  }

  void insert(AuditRecord entry) {
    Map<String, Object> values = new HashMap<>();
    values.put("at", entry.at().atOffset(ZoneOffset.UTC));
    values.put("requestId", entry.requestId());
    values.put("principalId", entry.principalId().orElse(null));
    values.put("principal", entry.principal());
    values.put("tokenId", entry.tokenId().orElse(null));
    values.put("remoteAddress", entry.remoteAddress());
    values.put("userAgent", entry.userAgent());
    values.put("action", entry.action());
    values.put("securableType", entry.securableType().map(Enum::name).orElse(null));
    values.put("securableName", entry.securableName().orElse(null));
    values.put("securableId", entry.securableId().orElse(null));
    values.put("decision", entry.decision().name());
    values.put("reason", entry.reason().orElse(null));
    values.put("parameters", Json.writeText(entry.parameters()));
    database.useTransaction(handle -> handle.createUpdate(INSERT).bindMap(values).execute());
  }

  /** Newest first, one more than the page holds. */
  List<AuditRecord> search(AuditQuery query) {
    Optional<Long> before =
        query.page().after(1).map(PageToken::keys).map(List::getFirst).map(AuditRepository::number);
    return database.read(
        handle -> {
          Query sql = handle.createQuery(SELECT);
          sql.bind("principal", query.principal().orElse(null));
          sql.bind("action", query.action().orElse(null));
          sql.bind("name", query.name().orElse(null));
          sql.bind("decision", query.decision().map(Enum::name).orElse(null));
          sql.bind("requestId", query.requestId().orElse(null));
          sql.bind("from", query.from().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null));
          sql.bind("until", query.until().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null));
          sql.bind("before", before.orElse(null));
          sql.bind("limit", query.page().maxResults() + 1);
          return sql.map((row, context) -> entry(row)).list();
        });
  }

  /** The oldest batch after another one. */
  Optional<Long> nextBatch(long after) {
    return database.read(
        handle ->
            Optional.ofNullable(
                handle
                    .createQuery(NEXT_BATCH)
                    .bind("after", after)
                    .map((row, context) -> row.getObject(1, Long.class))
                    .one()));
  }

  /** Puts records that are in no batch yet into a new one; empty if there are none. */
  Optional<Long> newBatch(long after, int most) {
    long number = after + 1;
    return database.inTransaction(
        handle ->
            handle.createUpdate(NEW_BATCH).bind("batch", number).bind("most", most).execute() > 0
                ? Optional.of(number)
                : Optional.empty());
  }

  List<AuditRecord> batch(long number) {
    return database.read(
        handle ->
            handle
                .createQuery(BATCH)
                .bind("batch", number)
                .map((row, context) -> entry(row))
                .list());
  }

  private static Long number(String key) {
    try {
      return Long.valueOf(key);
    } catch (NumberFormatException e) {
      throw HttpErrors.invalidParameter("page_token", key, "the token of a previous page");
    }
  }

  private static AuditRecord entry(ResultSet row) throws SQLException {
    Map<String, String> parameters = new HashMap<>();
    Json.parse(row.getString("parameters"))
        .properties()
        .forEach(field -> parameters.put(field.getKey(), field.getValue().asText()));
    return new AuditRecord(
        row.getLong("id"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getString("request_id"),
        Optional.ofNullable(row.getObject("principal_id", UUID.class)),
        row.getString("principal"),
        Optional.ofNullable(row.getString("token_id")),
        row.getString("remote_address"),
        row.getString("user_agent"),
        row.getString("action"),
        Optional.ofNullable(row.getString("securable_type")).map(SecurableType::valueOf),
        Optional.ofNullable(row.getString("securable_name")),
        Optional.ofNullable(row.getObject("securable_id", UUID.class)),
        AuditRecord.Decision.valueOf(row.getString("decision")),
        Optional.ofNullable(row.getString("reason")),
        parameters);
  }
}
