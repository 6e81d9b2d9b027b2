package io.boathouse.table.append;

import io.boathouse.catalog.identity.Installation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.table.append.UsageSource.Used;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was used in each hour, once it is over, as {@code system.billing.usage}: a row for each
 * principal, resource and unit. The hour is the number of its batch, so that each is written once.
 * Everybody sees their own, administrators all.
 */
public final class UsageFeed implements Feed {
  private static final FullName TABLE = FullName.of("system", "billing", "usage");
  private static final long HOUR = 3_600;

  /** Work that ends with an hour may be noted a moment later. */
  private static final Duration LATE = Duration.ofMinutes(1);

  private static final List<String> RESOURCES = List.of("warehouse_id", "job_id", "endpoint_name");
  private static final TableSchema SCHEMA =
      TableSchema.of(
          column("record_id", "string"),
          column("account_id", "string"),
          column("workspace_id", "string"),
          column("sku_name", "string"),
          column("cloud", "string"),
          column("usage_start_time", "timestamp"),
          column("usage_end_time", "timestamp"),
          column("usage_date", "date"),
          column("custom_tags", "map<string,string>"),
          column("usage_unit", "string"),
          column("usage_quantity", "decimal(38,18)"),
          column(
              "usage_metadata",
              RESOURCES.stream()
                  .map(field -> field + ":string")
                  .collect(Collectors.joining(",", "struct<", ">"))),
          column("identity_metadata", "struct<run_as:string>"),
          column("record_type", "string"),
          column("ingestion_date", "date"),
          column("billing_origin_product", "string"),
          column("usage_type", "string"),
          column("run_as_user_id", "string"));

  private final UsageSource source;
  private final Installation installation;
  private final InstantSource clock;

  public UsageFeed(UsageSource source, Installation installation, InstantSource clock) {
    this.source = source;
    this.installation = installation;
    this.clock = clock;
  }

  @Override
  public FullName table() {
    return TABLE;
  }

  @Override
  public String id() {
    return TABLE + "/" + source.product();
  }

  @Override
  public TableSchema schema() {
    return SCHEMA;
  }

  @Override
  public Optional<Visibility> visibility() {
    return Optional.of(new Visibility(List.of("run_as_user_id"), "may_know(run_as_user_id)"));
  }

  @Override
  public Optional<Batch> next(long after) {
    Instant over = clock.instant().minus(LATE);
    Instant before = start(over.getEpochSecond() / HOUR);
    return source
        .nextHour(start(after + 1), before)
        .map(
            hour ->
                new Batch(
                    hour,
                    source.used(start(hour), start(hour + 1)).stream()
                        .map(used -> row(hour, used))
                        .toList()));
  }

  private static Instant start(long hour) {
    return Instant.ofEpochSecond(hour * HOUR);
  }

  private List<@Nullable Object> row(long hour, Used used) {
    Instant start = start(hour);
    String record = hour + source.product() + used.principalId() + used.unit() + used.resource();
    return Arrays.asList(
        UUID.nameUUIDFromBytes(record.getBytes(StandardCharsets.UTF_8)).toString(),
        installation.accountId(),
        Long.toString(installation.workspaceId()),
        "BOATHOUSE_" + source.product(),
        "SELF_HOSTED",
        start,
        start(hour + 1),
        start.atOffset(ZoneOffset.UTC).toLocalDate(),
        Map.of(),
        used.unit(),
        used.quantity(),
        resource(used),
        Map.of("run_as", used.principal()),
        "ORIGINAL",
        start.atOffset(ZoneOffset.UTC).toLocalDate(),
        source.product(),
        used.unit(),
        used.principalId().toString());
  }

  /** With all fields of the struct. */
  private static Map<String, @Nullable String> resource(Used used) {
    Map<String, @Nullable String> fields = new HashMap<>();
    RESOURCES.forEach(field -> fields.put(field, used.resource().get(field)));
    return fields;
  }

  private static Column column(String name, String type) {
    return Column.of(name, DataType.parse(type));
  }
}
