package io.boathouse.sql.govern;

/**
 * A model that a query asks, as the engine is to call it.
 *
 * @param handle stands in the query for it
 * @param failing whether a row that the model does not take fails the query; else the answer is a
 *     struct of a result and an error message
 */
public record ModelCall(String handle, ModelCalls.Model model, boolean failing) {
  /** The function of the session that asks: a handle and a row as JSON, to an answer as JSON. */
  public static final String FUNCTION = "bound_model";

  /** The field of the answer where rows fail the query. */
  public static final String ANSWER = "answer";

  /** The fields of the answer where they do not. */
  public static final String RESULT = "result";

  public static final String ERROR = "errorMessage";
}
