package io.boathouse.featurestore.online;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/**
 * The items of the online store in DynamoDB. One partition key holds the facts of all feature
 * tables, by id; a generation's rows lie in sixteen of them, by key. Every call blocks; failures
 * are the SDK's own.
 */
final class DynamoDbTable implements AutoCloseable {
  static final int SHARDS = 16;

  /** A sort key may have 1024 bytes, of which one is ours. */
  static final int LONGEST_KEY = 1_023;

  /** An item may have 400 kB, names and numbers included. */
  static final int LARGEST_RECORD = 400_000 - 2_048;

  private static final String TABLE = "boathouse-online";
  private static final String PARTITION = "pk";
  private static final String SORT = "sk";
  private static final String EVENT = "e";
  private static final String KNOWN = "k";
  private static final String RECORD = "r";
  private static final String GENERATION = "g";
  private static final String NEWEST = "n";
  private static final String CLEARED = "c";
  private static final SdkBytes FACTS = SdkBytes.fromUtf8String("facts");

  private static final int READ_TOGETHER = 100;
  private static final int RESENDS = 10;
  private static final long FIRST_WAIT_NANOS = 5_000_000;

  private final DynamoDbClient client;
  private final Semaphore connections;

  private DynamoDbTable(DynamoDbClient client, int connections) {
    this.client = client;
    this.connections = new Semaphore(connections);
  }

  /** A row as it is stored. */
  record Stored(byte[] key, long event, long known, byte[] record) {
    boolean isNewerThan(Stored other) {
      return event > other.event || (event == other.event && known > other.known);
    }
  }

  /**
   * What is known of a feature table.
   *
   * @param generation whose rows count; empty if it is not published
   * @param newest the greatest generation given out
   * @param cleared up to which no rows are left
   */
  record Facts(Optional<Long> generation, long newest, long cleared) {
    boolean isAt(long one) {
      return generation.filter(now -> now == one).isPresent();
    }
  }

  /**
   * Records by key.
   *
   * @param generation as the facts said when the rows were read; 0 if there is none
   * @param isWhole whether every row was found, by one request
   */
  record Found(long generation, Map<ByteBuffer, byte[]> records, boolean isWhole) {}

  /** Runs parts of a call side by side. */
  interface Together extends Function<List<Callable<BatchGetItems>>, List<BatchGetItems>> {}

  /** Items as they came. */
  record BatchGetItems(List<Map<String, AttributeValue>> items) {}

  static DynamoDbTable open(OnlineStoreConfig config) {
    return new DynamoDbTable(DynamoDbConnection.open(config), config.connections());
  }

  /** Makes the table unless it is there; waits until it can be used. */
  void create() {
    DynamoDbConnection.create(client, TABLE, PARTITION, SORT);
  }

  /** One piece of work while a connection is free for it. */
  <T> T inTurn(Callable<T> work) throws Exception {
    connections.acquire();
    try {
      return work.call();
    } finally {
      connections.release();
    }
  }

  Facts facts(UUID table) {
    Map<String, AttributeValue> item =
        client
            .getItem(get -> get.tableName(TABLE).key(factsKey(table)).consistentRead(true))
            .item();
    return facts(item);
  }

  private static Facts facts(Map<String, AttributeValue> item) {
    return new Facts(
        Optional.ofNullable(item.get(GENERATION)).map(DynamoDbTable::number),
        Optional.ofNullable(item.get(NEWEST)).map(DynamoDbTable::number).orElse(0L),
        Optional.ofNullable(item.get(CLEARED)).map(DynamoDbTable::number).orElse(0L));
  }

  /** The ids of the feature tables that are published. */
  Set<UUID> tables() {
    Set<UUID> ids = new HashSet<>();
    client
        .queryPaginator(
            query ->
                query
                    .tableName(TABLE)
                    .consistentRead(true)
                    .keyConditionExpression("pk = :pk")
                    .expressionAttributeValues(Map.of(":pk", binary(FACTS))))
        .items()
        .forEach(
            item -> {
              if (item.containsKey(GENERATION)) {
                ByteBuffer id = Objects.requireNonNull(item.get(SORT)).b().asByteBuffer();
                ids.add(new UUID(id.getLong(), id.getLong()));
              }
            });
    return ids;
  }

  /** The generation that rows go to, the first one if there was none. */
  long begin(UUID table) {
    Facts facts = facts(table);
    if (facts.generation().isPresent()) {
      return facts.generation().get();
    }
    long first = next(table);
    boolean unused = change(table, first);
    return facts(table).generation().orElse(first);
  }

  /** A generation that nobody else writes to. */
  long next(UUID table) {
    return number(
        Objects.requireNonNull(
            client
                .updateItem(
                    update ->
                        update
                            .tableName(TABLE)
                            .key(factsKey(table))
                            .updateExpression("ADD n :one")
                            .expressionAttributeValues(Map.of(":one", number(1)))
                            .returnValues(ReturnValue.UPDATED_NEW))
                .attributes()
                .get(NEWEST)));
  }

  /** Lets a generation count from now on, unless a later one does. @return whether it counts */
  boolean change(UUID table, long generation) {
    try {
      var unused =
          client.updateItem(
              update ->
                  update
                      .tableName(TABLE)
                      .key(factsKey(table))
                      .updateExpression("SET g = :g")
                      .conditionExpression("attribute_not_exists(g) OR g < :g")
                      .expressionAttributeValues(Map.of(":g", number(generation))));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /** Notes that no rows are left of a generation and all before it. */
  void cleared(UUID table, long generation) {
    var unused =
        client.updateItem(
            update ->
                update
                    .tableName(TABLE)
                    .key(factsKey(table))
                    .updateExpression("SET c = :c")
                    .expressionAttributeValues(Map.of(":c", number(generation))));
  }

  /** Lets no generation count. @return whether one has ever been given out */
  boolean leave(UUID table) {
    try {
      var unused =
          client.updateItem(
              update ->
                  update
                      .tableName(TABLE)
                      .key(factsKey(table))
                      .updateExpression("REMOVE g")
                      .conditionExpression("attribute_exists(n)"));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /** Writes a row unless there is one that is newer than another. @return whether it did */
  boolean put(UUID table, long generation, Stored row, Stored last) {
    Map<String, AttributeValue> item = new HashMap<>(rowKey(table, generation, row.key()));
    item.put(EVENT, number(row.event()));
    item.put(KNOWN, number(row.known()));
    item.put(RECORD, binary(SdkBytes.fromByteArrayUnsafe(row.record())));
    try {
      var unused =
          client.putItem(
              put ->
                  put.tableName(TABLE)
                      .item(item)
                      .conditionExpression(
                          "attribute_not_exists(pk) OR e < :e OR (e = :e AND k <= :k)")
                      .expressionAttributeValues(times(last)));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /** Removes a row unless it is newer. @return whether it did */
  boolean remove(UUID table, long generation, Stored last) {
    try {
      var unused =
          client.deleteItem(
              delete ->
                  delete
                      .tableName(TABLE)
                      .key(rowKey(table, generation, last.key()))
                      .conditionExpression(
                          "attribute_exists(pk) AND (e < :e OR (e = :e AND k <= :k))")
                      .expressionAttributeValues(times(last)));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  boolean delete(UUID table, long generation, byte[] key) {
    var unused =
        client.deleteItem(delete -> delete.tableName(TABLE).key(rowKey(table, generation, key)));
    return true;
  }

  /**
   * The rows of a part of a generation, by page.
   *
   * @param records whether they come with their records
   */
  Iterable<List<Stored>> rows(UUID table, long generation, int shard, boolean records) {
    var pages =
        client.queryPaginator(
            query ->
                query
                    .tableName(TABLE)
                    .consistentRead(true)
                    .keyConditionExpression("pk = :pk")
                    .projectionExpression(records ? "sk, e, k, r" : "sk, e, k")
                    .expressionAttributeValues(
                        Map.of(":pk", binary(partition(table, generation, shard)))));
    return () -> {
      Iterator<List<Stored>> each =
          StreamSupport.stream(pages.spliterator(), false)
              .map(page -> page.items().stream().map(DynamoDbTable::stored).toList())
              .iterator();
      return each;
    };
  }

  private static Stored stored(Map<String, AttributeValue> item) {
    AttributeValue record = item.get(RECORD);
    return new Stored(
        keyOf(item),
        number(Objects.requireNonNull(item.get(EVENT))),
        number(Objects.requireNonNull(item.get(KNOWN))),
        record == null ? new byte[0] : record.b().asByteArrayUnsafe());
  }

  /** Reads keys of a generation, and which one the facts name. */
  Found read(UUID table, long generation, List<byte[]> keys, Together together) {
    Map<ByteBuffer, byte[]> distinct = LinkedHashMap.newLinkedHashMap(keys.size());
    keys.forEach(key -> distinct.put(ByteBuffer.wrap(key), key));
    List<Callable<BatchGetItems>> parts = new ArrayList<>();
    List<Map<String, AttributeValue>> part = new ArrayList<>();
    part.add(factsKey(table));
    for (byte[] key : distinct.values()) {
      if (part.size() == READ_TOGETHER) {
        parts.add(reading(List.copyOf(part)));
        part.clear();
      }
      part.add(rowKey(table, generation, key));
    }
    parts.add(reading(List.copyOf(part)));
    long now = 0;
    Map<ByteBuffer, byte[]> records = HashMap.newHashMap(distinct.size());
    for (BatchGetItems answer : together.apply(parts)) {
      for (Map<String, AttributeValue> item : answer.items()) {
        AttributeValue record = item.get(RECORD);
        if (record == null) {
          now = facts(item).generation().orElse(0L);
        } else {
          records.put(ByteBuffer.wrap(keyOf(item)), record.b().asByteArrayUnsafe());
        }
      }
    }
    return new Found(now, records, parts.size() == 1 && records.size() == distinct.size());
  }

  private Callable<BatchGetItems> reading(List<Map<String, AttributeValue>> keys) {
    return () -> new BatchGetItems(get(keys));
  }

  /** What DynamoDB leaves undone, because it is much or busy, is asked for again. */
  private List<Map<String, AttributeValue>> get(List<Map<String, AttributeValue>> keys) {
    List<Map<String, AttributeValue>> items = new ArrayList<>(keys.size());
    Map<String, KeysAndAttributes> open =
        Map.of(TABLE, KeysAndAttributes.builder().keys(keys).consistentRead(true).build());
    long wait = FIRST_WAIT_NANOS;
    for (int i = 0; i < RESENDS; i++) {
      Map<String, KeysAndAttributes> asked = open;
      BatchGetItemResponse answer = client.batchGetItem(batch -> batch.requestItems(asked));
      items.addAll(answer.responses().getOrDefault(TABLE, List.of()));
      open = answer.unprocessedKeys();
      if (open.isEmpty()) {
        return items;
      }
      LockSupport.parkNanos(wait);
      wait *= 2;
    }
    throw OnlineErrors.unavailable(
        DynamoDbOnlineStore.NAME, new IllegalStateException("keys were left unprocessed"));
  }

  private static Map<String, AttributeValue> factsKey(UUID table) {
    byte[] id =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(table.getMostSignificantBits())
            .putLong(table.getLeastSignificantBits())
            .array();
    return Map.of(PARTITION, binary(FACTS), SORT, binary(SdkBytes.fromByteArrayUnsafe(id)));
  }

  private static Map<String, AttributeValue> rowKey(UUID table, long generation, byte[] key) {
    byte[] sort = new byte[1 + key.length]; // a sort key is never empty
    System.arraycopy(key, 0, sort, 1, key.length);
    int shard = Math.floorMod(Arrays.hashCode(key), SHARDS);
    return Map.of(
        PARTITION,
        binary(partition(table, generation, shard)),
        SORT,
        binary(SdkBytes.fromByteArrayUnsafe(sort)));
  }

  private static byte[] keyOf(Map<String, AttributeValue> item) {
    byte[] sort = Objects.requireNonNull(item.get(SORT)).b().asByteArrayUnsafe();
    return Arrays.copyOfRange(sort, 1, sort.length);
  }

  private static SdkBytes partition(UUID table, long generation, int shard) {
    return SdkBytes.fromByteArrayUnsafe(
        ByteBuffer.allocate(3 * Long.BYTES + 1)
            .putLong(table.getMostSignificantBits())
            .putLong(table.getLeastSignificantBits())
            .putLong(generation)
            .put((byte) shard)
            .array());
  }

  private static Map<String, AttributeValue> times(Stored last) {
    return Map.of(":e", number(last.event()), ":k", number(last.known()));
  }

  private static AttributeValue binary(SdkBytes bytes) {
    return AttributeValue.fromB(bytes);
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  private static long number(AttributeValue value) {
    return Long.parseLong(value.n());
  }

  @Override
  public void close() {
    client.close();
  }
}
