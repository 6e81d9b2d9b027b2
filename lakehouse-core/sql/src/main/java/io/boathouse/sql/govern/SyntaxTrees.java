package io.boathouse.sql.govern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.grammar.GrammarErrors;
import io.boathouse.sql.grammar.SparkWords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The engine's own parser: text to syntax tree and back. It recurses on the stack of the calling
 * thread, and 900 nested operators overflow 1 MB of it and end the process, so that all parsing
 * happens on one thread with a stack that suffices for what {@link TextLimits} lets through. Trees
 * deeper than {@link #MAX_DEPTH} are refused before anybody walks them. Thread-safe.
 */
public final class SyntaxTrees implements AutoCloseable {
  static final int MAX_DEPTH = 600;

  private static final long STACK_BYTES = 256L << 20;
  private static final int MAX_TEMPLATES = 1_000;
  private static final int MAX_WAITING = 256;
  private static final int TIMEOUT_SECONDS = 30;
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(MAX_DEPTH * 2)
                      .maxStringLength(TextLimits.CHARACTERS)
                      .build())
              .streamWriteConstraints(
                  StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH * 2).build())
              .build());

  private final DuckSession session;
  private final ExecutorService thread;
  private final Map<String, JsonNode> templates = new ConcurrentHashMap<>();

  /** Opens a session of its own without access to anything. */
  public SyntaxTrees(DuckDb duckDb) {
    this.session = duckDb.open(DuckAccess.scratchOnly().withMemoryLimit("256MB").withThreads(1));
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            work -> {
              Thread made = new Thread(null, work, "sql-parser", STACK_BYTES);
              made.setDaemon(true);
              return made;
            });
  }

  /**
   * The tree of exactly one query: the engine's statement node.
   *
   * @throws LakeException INVALID_ARGUMENT with line and column if the text is no query or too
   *     large
   */
  ObjectNode parse(String sql) {
    TextLimits.require(sql);
    if (sql.indexOf('\0') >= 0) {
      throw GrammarErrors.engineSyntax(sql, sql.indexOf('\0'), "the character U+0000 stands here");
    }
    SparkWords words = SparkWords.of(sql);
    String text = words.text();
    String json =
        onThread(
            () ->
                one(session.query("SELECT json_serialize_sql(?)", row -> row.getString(1), text)));
    if (depth(json) > MAX_DEPTH) {
      throw GovernErrors.tooComplex("levels of nesting", MAX_DEPTH);
    }
    JsonNode tree = read(json);
    if (tree.path("error").asBoolean()) {
      throw refused(sql, words, tree);
    }
    JsonNode statements = tree.path("statements");
    if (statements.size() != 1 || !(statements.get(0) instanceof ObjectNode statement)) {
      throw GovernErrors.notOneQuery();
    }
    return statement;
  }

  /**
   * As {@link #parse}; a column without a name that calls one of {@link SparkFunctions} is called
   * as it was written, since nobody would know it by what the call becomes.
   */
  ObjectNode query(String sql) {
    ObjectNode statement = parse(sql);
    SparkWords words = SparkWords.of(sql);
    byte[] text = words.text().getBytes(StandardCharsets.UTF_8);
    for (JsonNode list : statement.findValues("select_list")) {
      for (JsonNode column : list) {
        int start = column.path("query_location").asInt(-1);
        int end = start + column.path("query_location_length").asInt();
        boolean unnamedCall =
            column.path("alias").asText().isEmpty()
                && (column.path("class").asText().equals("FUNCTION")
                    || column.path("class").asText().equals("WINDOW"))
                && !column.path("is_operator").asBoolean();
        if (unnamedCall && start >= 0 && end <= text.length && SparkFunctions.calledIn(column)) {
          int from = new String(text, 0, start, StandardCharsets.UTF_8).length();
          int to = new String(text, 0, end, StandardCharsets.UTF_8).length();
          ((ObjectNode) column).put("alias", sql.substring(words.written(from), words.written(to)));
        }
      }
    }
    return statement;
  }

  /** The tree of an expression of ours, which is not to be changed: a copy of it may be. */
  JsonNode template(String expression) {
    JsonNode kept = templates.get(expression);
    if (kept != null) {
      return kept;
    }
    JsonNode made = parse("SELECT " + expression).at("/node/select_list/0");
    if (templates.size() < MAX_TEMPLATES) {
      templates.put(expression, made);
    }
    return made;
  }

  /** The text of a statement node. */
  String print(ObjectNode statement) {
    ObjectNode root = JSON.createObjectNode().put("error", false);
    root.putArray("statements").add(statement);
    String json = write(root);
    return onThread(
        () ->
            one(
                session.query(
                    "SELECT json_deserialize_sql(CAST(? AS JSON))",
                    row -> row.getString(1),
                    json)));
  }

  private static LakeException refused(String sql, SparkWords words, JsonNode error) {
    String message = error.path("error_message").asText();
    if (error.path("error_type").asText().equals("not implemented")) {
      return GovernErrors.notOneQuery();
    }
    if (message.contains("depth limit")) {
      return GovernErrors.tooComplex("levels of nesting", MAX_DEPTH);
    }
    int at = offset(words.text(), error.path("position").asInt());
    return GrammarErrors.engineSyntax(sql, words.written(at), message);
  }

  /** The engine counts bytes of UTF-8. */
  private static int offset(String sql, int bytes) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(Math.max(bytes, 0), text.length);
    return new String(text, 0, length, StandardCharsets.UTF_8).length();
  }

  /** How deep the brackets of a JSON text nest, counted without recursion. */
  private static int depth(String json) {
    int depth = 0;
    int deepest = 0;
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inString) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        deepest = Math.max(deepest, ++depth);
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
    return deepest;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw GovernErrors.parserUnavailable(e);
    }
  }

  private static String write(ObjectNode root) {
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw GovernErrors.parserUnavailable(e);
    }
  }

  private static String one(List<String> rows) {
    return rows.getFirst();
  }

  private <T> T onThread(Callable<T> work) {
    try {
      return thread.submit(work).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LakeException failure) {
        throw failure;
      }
      throw GovernErrors.parserUnavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw GovernErrors.parserUnavailable(e);
    } catch (java.util.concurrent.TimeoutException | RejectedExecutionException e) {
      throw GovernErrors.parserUnavailable(e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    session.close();
  }
}
