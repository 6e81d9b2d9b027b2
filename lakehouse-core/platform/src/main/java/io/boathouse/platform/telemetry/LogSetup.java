package io.boathouse.platform.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets up logging: to standard error, and to a rolling file under the data directory. */
public final class LogSetup {
  /** Libraries that say more than an operator wants to know. */
  private static final Map<String, Level> QUIET =
      Map.of(
          "io.netty", Level.WARN,
          "io.vertx", Level.WARN,
          "com.zaxxer.hikari", Level.WARN,
          "org.flywaydb", Level.WARN,
          "software.amazon.awssdk", Level.WARN,
          "io.delta", Level.ERROR,
          "org.apache", Level.WARN,
          "org.tribuo", Level.WARN);

  private LogSetup() {}

  /**
   * Replaces whatever logging there is.
   *
   * @param folder where the log file goes if the settings ask for one
   */
  public static void install(TelemetryConfig config, Optional<Path> folder) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.valueOf(config.logLevel().name()));
    QUIET.forEach((name, level) -> context.getLogger(name).setLevel(level));
    config
        .logLevels()
        .forEach((name, level) -> context.getLogger(name).setLevel(Level.valueOf(level)));
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    root.addAppender(started(console, context, config));
    if (config.logFile()) {
      folder.ifPresent(to -> root.addAppender(file(to, context, config)));
    }
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }

  private static OutputStreamAppender<ILoggingEvent> file(
      Path folder, LoggerContext context, TelemetryConfig config) {
    RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
    file.setFile(folder.resolve("boathouse.log").toString());
    SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
    policy.setContext(context);
    policy.setParent(file);
    policy.setFileNamePattern(folder.resolve("boathouse.%d{yyyy-MM-dd}.%i.log.gz").toString());
    policy.setMaxFileSize(FileSize.valueOf("20MB"));
    policy.setMaxHistory(14);
    policy.setTotalSizeCap(FileSize.valueOf("500MB"));
    policy.start();
    file.setRollingPolicy(policy);
    return started(file, context, config);
  }

  private static OutputStreamAppender<ILoggingEvent> started(
      OutputStreamAppender<ILoggingEvent> appender, LoggerContext context, TelemetryConfig config) {
    EventEncoder encoder = new EventEncoder(config.logFormat());
    encoder.setContext(context);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
