package io.boathouse.server;

import io.boathouse.agents.AgentsModule;
import io.boathouse.agents.tool.ToolSource;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The same server with what the Model Context Protocol's own suite of tests asks a server to offer.
 * Arguments: the data directory. It prints {@code ready URL}, leaves the administrator's token in
 * the directory and ends with the signal that ends it.
 */
public final class ConformanceMain {
  private ConformanceMain() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    DataDirectory directory = DataDirectory.open(folder);
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(Optional.empty(), Map.of(), Map.of("server.port", "0")));
    var fixtures =
        new AgentsModule.Additions(
            List.of(ToolSource.of(ConformanceTools.all())),
            ConformancePrompts.all(),
            List.of(new ConformanceResources()));
    Boathouse boathouse = new Boathouse(directory, config, InstantSource.system(), fixtures);
    Runtime.getRuntime().addShutdownHook(new Thread(boathouse::close, "stop"));
    directory.writeToken(boathouse.administratorToken(""));
    System.out.println("ready " + boathouse.uri());
  }
}
