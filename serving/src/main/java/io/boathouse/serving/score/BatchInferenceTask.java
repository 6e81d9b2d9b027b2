package io.boathouse.serving.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.lineage.LineageEntity;
import io.boathouse.catalog.lineage.LineageFact;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.engine.Cancellation;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.ModelCalls;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.TableService;
import io.boathouse.table.write.WriteOptions;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Scores a query into a table as a run. The predictions come into the table with one commit under
 * the run's id, so that readers see all of them or none, and a run that is done again adds nothing:
 * an attempt after a crash scores from the start, unless the commit is there.
 */
public final class BatchInferenceTask implements TaskRunner {
  /** The word that a submission names. */
  public static final String KIND = "batch_inference";

  private static final Duration DEADLINE = Duration.ofHours(24);
  private static final String HOW = "BATCH INFERENCE";

  private final BatchInferenceService.Parts parts;
  private final LineageService lineage;

  public BatchInferenceTask(BatchInferenceService.Parts parts, LineageService lineage) {
    this.parts = parts;
    this.lineage = lineage;
  }

  @Override
  public String kind() {
    return KIND;
  }

  /** It holds a thread of the engine as long as it scores. */
  @Override
  public int maxRunning() {
    return 1;
  }

  @Override
  public JsonNode run(TaskContext context) throws InterruptedException {
    var attempt = new Attempt(context, Json.bind(context.parameters(), BatchInferenceSpec.class));
    try {
      return attempt.run();
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        InterruptedException stopped = new InterruptedException("scoring was stopped");
        stopped.initCause(e);
        throw stopped;
      }
      throw e;
    }
  }

  /** One attempt; what it knows of its rows outlives it as the run's checkpoint. */
  private final class Attempt {
    private final TaskContext context;
    private final BatchInferenceSpec spec;
    private final Caller caller;
    private final WriteOptions options;
    private final String application;
    private final Set<LineageNode> answered = new HashSet<>();
    private List<LineageNode> inputs = List.of();
    private long scored;

    Attempt(TaskContext context, BatchInferenceSpec spec) {
      this.context = context;
      this.spec = spec;
      this.caller = context.caller();
      this.application = "batch-inference/" + context.runId();
      this.options =
          new WriteOptions(
              HOW,
              Optional.of(new TransactionId(application, 1)),
              Map.of("run_id", context.runId().toString(), "endpoint", spec.endpoint()));
    }

    JsonNode run() {
      FullName output = spec.output();
      boolean there = exists(parts.tables(), caller, output);
      Commit commit =
          there && parts.tables().lastTransaction(caller, output, application).isPresent()
              ? committed(output)
              : score(output, there);
      JsonNode facts = commit.alreadyApplied() ? context.lastCheckpoint() : facts();
      record(output, commit, facts);
      ObjectNode result = facts.deepCopy();
      return result
          .put("rows", commit.rows())
          .put("output_table", output.toString())
          .put("output_version", commit.version());
    }

    /** What an earlier attempt has committed, which no rows are added to. */
    private Commit committed(FullName output) {
      TableSchema schema = parts.tables().schema(caller, output);
      return parts.tables().append(caller, output, new Rows.Values(schema, List.of()), options);
    }

    private Commit score(FullName output, boolean there) {
      context.progress("score", 0, 0);
      CheckedQuery scoring =
          BatchInferenceService.scoring(parts, parts.asking(this::watched), caller, spec);
      return parts
          .engine()
          .open(
              caller,
              scoring,
              new QueryEngine.Run(new RunLimits(DEADLINE), new Cancellation()),
              open -> {
                from(open.inputs());
                Rows rows = new Rows.Query(open.session(), open.select());
                if (!there) {
                  NewTable table = NewTable.of(output, new TableSchema(List.of()));
                  return parts.tables().createAs(caller, table, rows, options);
                }
                return spec.overwrites()
                    ? parts.tables().overwrite(caller, output, rows, options)
                    : parts.tables().append(caller, output, rows, options);
              });
    }

    private synchronized void from(List<Input> read) {
      inputs =
          read.stream()
              .map(
                  input ->
                      new LineageNode(
                          "TABLE",
                          input.name().toString(),
                          input.version().isPresent()
                              ? Optional.of(input.version().getAsLong())
                              : Optional.empty()))
              .distinct()
              .toList();
      context.checkpoint(facts());
    }

    /** The endpoint's model, and what is known of its answers before the commit. */
    private ModelCalls.Model watched(ModelCalls.Model model) {
      return new ModelCalls.Model() {
        @Override
        public String type() {
          return model.type();
        }

        @Override
        public ModelCalls.Answers ask(List<String> rows, Runnable stop) {
          ModelCalls.Answers answers = model.ask(rows, stop);
          said(answers);
          return answers;
        }
      };
    }

    private synchronized void said(ModelCalls.Answers answers) {
      if (answered.addAll(answers.by())) {
        context.checkpoint(facts());
      }
      scored += answers.values().size();
      context.progress("score", scored, 0);
    }

    private synchronized ObjectNode facts() {
      ObjectNode facts = Json.mapper().createObjectNode();
      ArrayNode models = facts.putArray("models");
      answered.forEach(node -> models.add(json(node)));
      ArrayNode tables = facts.putArray("inputs");
      inputs.forEach(node -> tables.add(json(node)));
      return facts;
    }

    private static ObjectNode json(LineageNode node) {
      ObjectNode json = Json.mapper().createObjectNode().put("name", node.name());
      node.version().ifPresent(version -> json.put("version", version));
      return json;
    }

    private void record(FullName output, Commit commit, JsonNode facts) {
      List<LineageNode> sources = new ArrayList<>(nodes("MODEL_VERSION", facts.path("models")));
      sources.addAll(nodes("TABLE", facts.path("inputs")));
      String run = context.runId().toString();
      lineage.record(
          caller,
          new LineageFact(
              sources,
              new LineageNode("TABLE", output.toString(), Optional.of(commit.version())),
              HOW,
              Map.of(
                  "rows",
                  Long.toString(commit.rows()),
                  LineageService.REPLACES,
                  Boolean.toString(spec.overwrites())),
              List.of(),
              Optional.of(
                  new LineageEntity("BATCH_INFERENCE", run, Optional.of(run), Optional.empty()))));
    }

    private static List<LineageNode> nodes(String kind, JsonNode list) {
      List<LineageNode> nodes = new ArrayList<>();
      for (JsonNode node : list) {
        nodes.add(
            new LineageNode(
                kind,
                node.path("name").asText(),
                node.has("version")
                    ? Optional.of(node.path("version").asLong())
                    : Optional.empty()));
      }
      return nodes;
    }
  }

  /** Whether there is such a table, which the caller may write to. */
  static boolean exists(TableService tables, Caller caller, FullName name) {
    try {
      TableSchema unused = tables.schema(caller, name);
      return true;
    } catch (LakeException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      return false;
    }
  }
}
