package io.boathouse.sql.statement;

import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.statement.ResultSpool.Limits;
import io.boathouse.sql.warehouse.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The statements of the last hour with their results, which lie in files of one folder. Bounded:
 * when the number is reached, those go first whose whole result was handed over; if that does not
 * make room, or the bytes are reached, new statements are refused until old ones expire.
 */
final class StatementStore implements AutoCloseable {
  static final Duration RETENTION = Duration.ofHours(1);
  private static final int MAX_STATEMENTS = 10_000;
  private static final int ROOM = MAX_STATEMENTS / 10;
  private static final long MAX_BYTES = 4L << 30;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Path folder;
  private final InstantSource clock;
  private final Map<UUID, ExecutedStatement> statements = new ConcurrentHashMap<>();
  private volatile Looked looked = new Looked(Instant.MIN, 0);

  /** When it was last looked for what has expired, and how many bytes were held then. */
  private record Looked(Instant at, long bytes) {}

  /** Takes over the folder: what an earlier process left there is deleted. */
  StatementStore(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
    try {
      Files.createDirectories(folder);
      try (Stream<Path> left = Files.list(folder)) {
        for (Path file : left.toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
  }

  ExecutedStatement add(Caller caller, StatementRequest request, Warehouse warehouse) {
    expire();
    if (statements.size() >= MAX_STATEMENTS) {
      makeRoom();
    }
    if (statements.size() >= MAX_STATEMENTS || looked.bytes() >= MAX_BYTES) {
      throw StatementErrors.tooMany(statements.size());
    }
    ExecutedStatement statement =
        new ExecutedStatement(UUID.randomUUID(), caller, request, warehouse);
    statements.put(statement.id(), statement);
    return statement;
  }

  ExecutedStatement get(Caller caller, String id) {
    expire();
    ExecutedStatement statement = null;
    try {
      statement = statements.get(UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      throw StatementErrors.statementNotFound(id);
    }
    if (statement == null || !statement.belongsTo(caller)) {
      throw StatementErrors.statementNotFound(id);
    }
    return statement;
  }

  /** A statement of anybody's, for whoever has proof of a right to it. */
  ExecutedStatement get(UUID id) {
    expire();
    ExecutedStatement statement = statements.get(id);
    if (statement == null) {
      throw StatementErrors.statementNotFound(id.toString());
    }
    return statement;
  }

  ResultSpool spool(ExecutedStatement statement, Limits limits) {
    ResultSpool spool =
        new ResultSpool(
            folder.resolve(statement.id() + ".rows"), statement.request().form(), limits);
    statement.keepsIn(spool);
    return spool;
  }

  List<ExecutedStatement> all() {
    return List.copyOf(statements.values());
  }

  /** Not at every statement, for it looks at all of them. */
  private void expire() {
    Instant now = clock.instant();
    if (now.minus(BETWEEN_LOOKS).isBefore(looked.at())) {
      return;
    }
    Instant oldest = now.minus(RETENTION);
    long bytes = 0;
    for (ExecutedStatement statement : all()) {
      if (statement.endedAt().filter(end -> end.isBefore(oldest)).isPresent()) {
        forget(statement);
      } else if (statement.state() instanceof StatementState.Succeeded(StatementResult result)) {
        bytes += result.bytes();
      }
    }
    looked = new Looked(now, bytes);
  }

  private synchronized void makeRoom() {
    if (statements.size() < MAX_STATEMENTS) {
      return;
    }
    all().stream()
        .filter(ExecutedStatement::isHandedOver)
        .sorted(Comparator.comparing(one -> one.endedAt().orElse(Instant.MAX)))
        .limit(ROOM)
        .forEach(this::forget);
  }

  private void forget(ExecutedStatement statement) {
    statements.remove(statement.id());
    statement.discard();
  }

  @Override
  public void close() {
    statements.values().forEach(ExecutedStatement::discard);
    statements.clear();
  }
}
