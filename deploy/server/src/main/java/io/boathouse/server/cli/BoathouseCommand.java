package io.boathouse.server.cli;

import io.boathouse.platform.error.LakeException;
import io.boathouse.server.Boathouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code boathouse}. */
@Command(
    name = "boathouse",
    description = "A governed lakehouse with its machine-learning rooms, in one server.",
    mixinStandardHelpOptions = true,
    versionProvider = BoathouseCommand.Version.class,
    scope = CommandLine.ScopeType.INHERIT,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:success", "1:failure", "2:wrong usage"},
    subcommands = {
      ServeCommand.class,
      QuickstartCommand.class,
      OpenCommand.class,
      StopCommand.class,
      LoadCommand.class,
      SqlCommand.class,
      FeaturesCommand.class,
      TrainCommand.class,
      DeployCommand.class,
      ScoreCommand.class,
      WhyCommand.class,
      RecallCommand.class,
      ReplayCommand.class,
      ExplainCommand.class,
      PlanCommand.class,
      ApplyCommand.class,
      TokenCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      DoctorCommand.class,
    })
public final class BoathouseCommand implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(BoathouseCommand.class);

  @Spec private CommandSpec spec = CommandSpec.create();

  private BoathouseCommand() {}

  /** Runs a command line and returns the exit code. */
  public static int run(String... arguments) {
    return new CommandLine(new BoathouseCommand())
        .setExecutionExceptionHandler(BoathouseCommand::failed)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing a command.");
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult arguments) {
    String message =
        switch (e) {
          case LakeException known -> known.message();
          case IOException io -> String.valueOf(io.getMessage());
          case UncheckedIOException io -> String.valueOf(io.getMessage());
          default -> {
            log.error("Unexpected failure", e);
            yield "Unexpected failure: " + e;
          }
        };
    command.getErr().println("boathouse: " + message);
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The version that the jar carries. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"boathouse " + Boathouse.VERSION};
    }
  }
}
