package io.boathouse.server.client;

/** Is told of a statement that runs, between two looks at it. */
public interface StatementProgress {
  /** Nobody looks. */
  StatementProgress SILENT =
      new StatementProgress() {
        @Override
        public void started(String id) {}

        @Override
        public void waiting() {}
      };

  /**
   * The statement was taken.
   *
   * @param id by which it can be cancelled
   */
  void started(String id);

  /** It has not ended yet. */
  void waiting();
}
