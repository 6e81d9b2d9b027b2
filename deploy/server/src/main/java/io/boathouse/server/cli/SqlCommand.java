package io.boathouse.server.cli;

import io.boathouse.server.shell.Output;
import io.boathouse.server.shell.RowPrinter;
import io.boathouse.server.shell.ScriptRun;
import io.boathouse.server.shell.Shell;
import io.boathouse.server.shell.SqlSession;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs SQL through the Statement Execution API: what it is given, or what its user types. */
@Command(
    name = "sql",
    description = {
      "Run SQL statements and print their rows; without any, open a shell.",
      "Statements end with a semicolon. They are read from standard input if STATEMENT is '-',",
      "or if there is neither a statement nor a terminal."
    })
final class SqlCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOption server = new ServerOption();

  @Parameters(
      paramLabel = "STATEMENT",
      arity = "0..1",
      description = "Statements, or - for standard input.")
  private Optional<String> statement = Optional.empty();

  @Option(
      names = {"-e", "--execute"},
      paramLabel = "STATEMENT",
      description = "Run these statements; may be repeated.")
  private List<String> statements = new ArrayList<>();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Run the statements of a file, after those of -e; may be repeated.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the results into a .csv, .json or .parquet file.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--param",
      paramLabel = "NAME[:TYPE]=VALUE",
      description =
          "The value of a marker :NAME in the statements; may be repeated. Without a type such as"
              + " INT, DATE or STRING, whole and decimal numbers are numbers and all else is text.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--schema",
      paramLabel = "CATALOG.SCHEMA",
      description = "Where names without a schema are looked for.")
  private Optional<String> schema = Optional.empty();

  @Option(
      names = "--warehouse",
      paramLabel = "ID",
      defaultValue = "default",
      description = "What runs the statements (default: ${DEFAULT-VALUE}).")
  private String warehouse = "default";

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "How rows are printed: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private RowPrinter.Form form = RowPrinter.Form.TABLE;

  @Option(names = "--timing", description = "Tell how long each statement took.")
  private boolean timing;

  @Option(names = "--keep-going", description = "Run the statements after one that failed too.")
  private boolean keepGoing;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      defaultValue = "${env:BOATHOUSE_HISTORY}",
      description = "Where the shell keeps earlier statements (default: ~/.boathouse_history).")
  private Optional<Path> history = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (SqlSession session = new SqlSession(server.client(), warehouse, schema)) {
      // Ctrl-C ends a script at once, and nobody waits for its statement any more
      Runtime.getRuntime().addShutdownHook(new Thread(session::cancel));
      return isShell() ? shell(session) : script(session);
    }
  }

  private boolean isShell() {
    return statement.isEmpty()
        && statements.isEmpty()
        && files.isEmpty()
        && Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private int shell(SqlSession session) throws IOException, InterruptedException {
    Path kept =
        history.orElse(Path.of(System.getProperty("user.home")).resolve(".boathouse_history"));
    try (Terminal terminal =
        TerminalBuilder.builder().system(true).dumb(true).jansi(false).jna(false).build()) {
      new Shell(terminal, session, form, Optional.of(kept)).run();
    }
    return 0;
  }

  private int script(SqlSession session) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Output results = new Output(session, out, form).timing(timing);
    output.ifPresent(results::into);
    List<Map<String, String>> values = new ArrayList<>();
    parameters.forEach((name, value) -> values.add(StatementParameter.of(name, value).wire()));
    ScriptRun scripts = new ScriptRun(results, values, keepGoing, spec.commandLine().getErr());
    List<String> texts = new ArrayList<>(statements);
    statement.filter(text -> !text.equals("-")).ifPresent(texts::add);
    if (statement.filter("-"::equals).isPresent() || (texts.isEmpty() && files.isEmpty())) {
      texts.add(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
    }
    boolean good = true;
    for (String text : texts) {
      good &= (good || keepGoing) && scripts.text(text, "");
    }
    for (Path file : files) {
      good &= (good || keepGoing) && scripts.file(file);
    }
    out.flush();
    return good ? 0 : 1;
  }
}
