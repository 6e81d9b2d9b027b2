package io.boathouse.serving.score;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.engine.Cancellation;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.ModelCalls;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.table.write.TableService;
import io.boathouse.workflow.run.Run;
import io.boathouse.workflow.run.RunService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Takes batch inference in: what cannot succeed fails here, while the submitter waits. The run
 * checks all rights again, as of when it runs. Thread-safe; blocks.
 */
public final class BatchInferenceService {
  private static final RunLimits LOOKING = new RunLimits(Duration.ofMinutes(1));

  private final Parts parts;

  /** What a submission is checked with, and run with. */
  public record Parts(
      EndpointModels models,
      QueryChecker checker,
      QueryEngine engine,
      TableService tables,
      Authorizer authorizer,
      RunService runs) {
    ModelCalls asking(UnaryOperator<ModelCalls.Model> watching) {
      return (caller, endpoint) -> watching.apply(models.require(caller, endpoint));
    }
  }

  public BatchInferenceService(Parts parts) {
    this.parts = parts;
  }

  /**
   * Submits a run.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND or PERMISSION_DENIED without SELECT
   *     on the input, CAN_QUERY on the endpoint, and MODIFY on the output or CREATE_TABLE on its
   *     schema; INVALID_ARGUMENT naming the field, or the column that the model needs
   */
  Run submit(Caller caller, BatchInferenceSpec asked) {
    FullName output = asked.output();
    boolean unusedMode = asked.overwrites();
    CheckedQuery scoring = scoring(parts, parts.models(), caller, asked);
    List<Input> inputs = looked(parts, caller, scoring, QueryEngine.OpenQuery::inputs);
    if (inputs.stream().anyMatch(input -> input.name().equals(output))) {
      throw BatchErrors.invalid("output_table", output.toString(), "is read by the input");
    }
    if (!BatchInferenceTask.exists(parts.tables(), caller, output)) {
      var unused =
          parts
              .authorizer()
              .require(caller, Privilege.CREATE_TABLE, SecurableType.SCHEMA, output.parent());
    }
    return parts
        .runs()
        .submit(
            caller,
            new RunService.Submission(
                BatchInferenceTask.KIND,
                Json.mapper().valueToTree(asked.kept()),
                Optional.ofNullable(asked.idempotencyKey())));
  }

  /** The query that scores, checked; its tables and the endpoint are looked at. */
  static CheckedQuery scoring(
      Parts parts, ModelCalls models, Caller caller, BatchInferenceSpec spec) {
    CheckedQuery input = parts.checker().check(caller, QueryText.of(spec.select()));
    List<String> found =
        looked(parts, caller, input, QueryEngine.OpenQuery::columns).stream()
            .map(ResultColumn::name)
            .toList();
    String text = spec.scoring(found, parts.models().fields(caller, spec.endpoint()));
    return parts.checker().check(caller, QueryText.of(text), models);
  }

  private static <T> T looked(
      Parts parts, Caller caller, CheckedQuery query, Function<QueryEngine.OpenQuery, T> look) {
    return parts
        .engine()
        .open(caller, query, new QueryEngine.Run(LOOKING, new Cancellation()), look);
  }
}
