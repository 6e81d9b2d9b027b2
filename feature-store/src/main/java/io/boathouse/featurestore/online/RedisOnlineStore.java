package io.boathouse.featurestore.online;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.secret.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The online store in one Redis, shared by all servers that name it. A table is a hash of facts and
 * a hash of rows for each generation; scripts in Redis keep the newest row of a key and change over
 * to a whole generation, so readers never see a mixture. How durable a write is, is for Redis to
 * say ({@code appendonly}, {@code appendfsync}).
 */
public final class RedisOnlineStore implements OnlineStore {
  private static final String NAME = "Redis";
  private static final String PREFIX = "boathouse:online:";
  private static final String TABLES = PREFIX + "tables";
  private static final int BATCH = 1_000;
  private static final int TIMES = 16;
  private static final int WAITING = 4_096;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Redis redis;
  private final RedisScript lookup = RedisScript.of("lookup.lua");
  private final RedisScript write = RedisScript.of("write.lua");
  private final RedisScript change = RedisScript.of("switch.lua");
  private final RedisScript drop = RedisScript.of("drop.lua");
  private final RedisScript statistics = RedisScript.of("statistics.lua");

  private RedisOnlineStore(Vertx vertx, Redis redis) {
    this.vertx = vertx;
    this.redis = redis;
  }

  /** Connects, and fails if Redis does not answer. */
  static RedisOnlineStore open(OnlineStoreConfig config) {
    RedisOptions options =
        new RedisOptions()
            .setConnectionString(config.url().orElseThrow())
            .setMaxPoolSize(config.connections())
            .setMaxPoolWaiting(WAITING)
            .setMaxWaitingHandlers(WAITING);
    config.user().ifPresent(options::setUser);
    config.password().map(Secret::reveal).ifPresent(options::setPassword);
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    RedisOnlineStore store = new RedisOnlineStore(vertx, Redis.createClient(vertx, options));
    try {
      Response unused = store.answer(store.redis.send(Request.cmd(Command.PING)));
      return store;
    } catch (LakeException e) {
      store.close();
      throw e;
    }
  }

  @Override
  public Future<FeatureBlock> lookup(OnlineTable table, List<List<Object>> keys, int[] features) {
    List<byte[]> arguments = new ArrayList<>(keys.size());
    try {
      for (List<Object> key : keys) {
        arguments.add(RecordCodec.key(table, key));
      }
    } catch (LakeException e) {
      return Future.failedFuture(e);
    }
    return lookup
        .run(redis, List.of(facts(table.id())), arguments)
        .recover(failure -> Future.failedFuture(OnlineErrors.unavailable(NAME, failure)))
        .compose(
            found ->
                found == null
                    ? Future.failedFuture(OnlineErrors.notPublished(table))
                    : Future.succeededFuture(block(table, found, keys.size(), features)));
  }

  private static FeatureBlock block(OnlineTable table, Response found, int rows, int[] features) {
    FeatureBlock block = new FeatureBlock(rows, table.types(features));
    for (int row = 0; row < rows; row++) {
      Response value = found.get(row);
      if (value != null) {
        RecordCodec.read(MemorySegment.ofArray(value.toBytes()), TIMES, features, block, row);
      }
    }
    return block;
  }

  @Override
  public long write(OnlineTable table, List<OnlineRow> rows) {
    List<byte[]> changes = new ArrayList<>(3 * rows.size());
    for (OnlineRow row : rows) {
      addRow(changes, table, row);
    }
    return send(table, "", changes);
  }

  @Override
  public void amend(OnlineTable table, List<OnlineChange> changes) {
    List<byte[]> arguments = new ArrayList<>(3 * changes.size());
    for (OnlineChange one : changes) {
      arguments.add(RecordCodec.key(table, one.key()));
      arguments.add(times(one.eventMicros(), one.knownMicros(), new byte[0]));
      arguments.add(one.row().map(row -> value(table, row)).orElseGet(() -> new byte[0]));
    }
    long unusedKept = send(table, "", arguments);
  }

  @Override
  public long replace(OnlineTable table, Iterator<OnlineRow> rows) {
    String facts = facts(table.id());
    String generation =
        answer(redis.send(Request.cmd(Command.HINCRBY).arg(facts).arg("newest_generation").arg(1)))
            .toString();
    List<byte[]> batch = new ArrayList<>(3 * BATCH);
    while (rows.hasNext()) {
      addRow(batch, table, rows.next());
      if (batch.size() == 3 * BATCH) {
        long unusedKept = send(table, generation, batch);
        batch.clear();
      }
    }
    long unusedKept = send(table, generation, batch);
    return number(
        answer(
            change.run(
                redis, List.of(facts, TABLES), List.of(utf8(table.id()), utf8(generation)))));
  }

  /** Goes over the rows in steps, so that Redis answers others in between. */
  @Override
  public long expire(OnlineTable table, long oldestEventMicros) {
    Response generation =
        await(redis.send(Request.cmd(Command.HGET).arg(facts(table.id())).arg("generation")));
    if (generation == null) {
      return 0;
    }
    String rows = facts(table.id()) + ":" + generation;
    String cursor = "0";
    long expired = 0;
    do {
      Response page =
          answer(
              redis.send(Request.cmd(Command.HSCAN).arg(rows).arg(cursor).arg("COUNT").arg(BATCH)));
      cursor = page.get(0).toString();
      List<byte[]> removals = new ArrayList<>();
      Response found = page.get(1);
      for (int i = 0; i + 1 < found.size(); i += 2) {
        byte[] value = found.get(i + 1).toBytes();
        if ((ByteBuffer.wrap(value).getLong() ^ Long.MIN_VALUE) < oldestEventMicros) {
          removals.add(found.get(i).toBytes());
          removals.add(Arrays.copyOf(value, TIMES));
          removals.add(new byte[0]);
          expired++;
        }
      }
      long unusedKept = send(table, "", removals);
    } while (!cursor.equals("0"));
    return expired;
  }

  @Override
  public boolean warm(OnlineTable table) {
    Request member = Request.cmd(Command.SISMEMBER).arg(TABLES).arg(table.id().toString());
    return number(answer(redis.send(member))) == 1;
  }

  @Override
  public Set<UUID> tables() {
    Response members = answer(redis.send(Request.cmd(Command.SMEMBERS).arg(TABLES)));
    return StreamSupport.stream(members.spliterator(), false)
        .map(member -> UUID.fromString(member.toString()))
        .collect(Collectors.toSet());
  }

  @Override
  public void drop(UUID table) {
    @Nullable Response unused =
        await(drop.run(redis, List.of(facts(table), TABLES), List.of(utf8(table))));
  }

  @Override
  public OnlineStatistics statistics(OnlineTable table) {
    Optional<Response> found =
        Optional.ofNullable(await(statistics.run(redis, List.of(facts(table.id())), List.of())));
    return found
        .map(
            facts -> {
              byte[] newest = facts.get(2).toBytes();
              return new OnlineStatistics(
                  number(facts.get(0)),
                  number(facts.get(1)),
                  newest.length == 0
                      ? Long.MIN_VALUE
                      : ByteBuffer.wrap(newest).getLong() ^ Long.MIN_VALUE);
            })
        .orElse(new OnlineStatistics(0, 0, Long.MIN_VALUE));
  }

  @Override
  public void close() {
    redis.close();
    var unused = vertx.close();
  }

  private long send(OnlineTable table, String generation, List<byte[]> changes) {
    long kept = 0;
    for (int from = 0; from == 0 || from < changes.size(); from += 3 * BATCH) {
      List<byte[]> arguments = new ArrayList<>();
      arguments.add(utf8(table.id()));
      arguments.add(utf8(generation));
      arguments.addAll(changes.subList(from, Math.min(from + 3 * BATCH, changes.size())));
      kept += number(answer(write.run(redis, List.of(facts(table.id()), TABLES), arguments)));
    }
    return kept;
  }

  private static void addRow(List<byte[]> arguments, OnlineTable table, OnlineRow row) {
    arguments.add(RecordCodec.key(table, row.key()));
    arguments.add(new byte[0]);
    arguments.add(value(table, row));
  }

  private static byte[] value(OnlineTable table, OnlineRow row) {
    return times(row.eventMicros(), row.knownMicros(), RecordCodec.encode(table, row));
  }

  /** Two instants as bytes that sort as they do, then a record. */
  private static byte[] times(long event, long known, byte[] record) {
    return ByteBuffer.allocate(TIMES + record.length)
        .putLong(event ^ Long.MIN_VALUE)
        .putLong(known ^ Long.MIN_VALUE)
        .put(record)
        .array();
  }

  private static String facts(UUID table) {
    return PREFIX + table;
  }

  private static byte[] utf8(Object text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static long number(Response answer) {
    return Objects.requireNonNull(answer.toLong(), "a number");
  }

  /** Of a command that never answers nil. */
  private Response answer(Future<@Nullable Response> answer) {
    return Objects.requireNonNull(await(answer), "an answer");
  }

  private @Nullable Response await(Future<@Nullable Response> answer) {
    try {
      return answer
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw OnlineErrors.unavailable(NAME, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw OnlineErrors.unavailable(NAME, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw OnlineErrors.unavailable(NAME, e);
    }
  }
}
