package io.boathouse.table.append;

import io.boathouse.catalog.audit.AuditOutbox;
import io.boathouse.catalog.audit.AuditRecord;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The audit as {@code system.access.audit}. */
public final class AuditFeed implements Feed {
  private static final FullName TABLE = FullName.of("system", "access", "audit");
  private static final int MOST = 5_000;
  private static final TableSchema SCHEMA =
      TableSchema.of(
          column("event_id", "bigint"),
          column("event_time", "timestamp"),
          column("event_date", "date"),
          column("principal", "string"),
          column("action_name", "string"),
          column("decision", "string"),
          column("reason", "string"),
          column("securable_type", "string"),
          column("securable_name", "string"),
          column("securable_id", "string"),
          column("request_id", "string"),
          column("request_params", "map<string,string>"),
          column("source_ip_address", "string"),
          column("user_agent", "string"),
          column("token_id", "string"));

  private final AuditOutbox outbox;

  public AuditFeed(AuditOutbox outbox) {
    this.outbox = outbox;
  }

  @Override
  public FullName table() {
    return TABLE;
  }

  @Override
  public TableSchema schema() {
    return SCHEMA;
  }

  @Override
  public Optional<Batch> next(long after) {
    return outbox
        .next(after, MOST)
        .map(
            batch ->
                new Batch(batch.number(), batch.records().stream().map(AuditFeed::row).toList()));
  }

  private static List<@Nullable Object> row(AuditRecord entry) {
    return Arrays.asList(
        entry.id(),
        entry.at(),
        entry.at().atOffset(ZoneOffset.UTC).toLocalDate(),
        entry.principal(),
        entry.action(),
        entry.decision().name(),
        entry.reason().orElse(null),
        entry.securableType().map(Enum::name).orElse(null),
        entry.securableName().orElse(null),
        entry.securableId().map(UUID::toString).orElse(null),
        entry.requestId(),
        entry.parameters(),
        entry.remoteAddress(),
        entry.userAgent(),
        entry.tokenId().orElse(null));
  }

  private static Column column(String name, String type) {
    return Column.of(name, DataType.parse(type));
  }
}
