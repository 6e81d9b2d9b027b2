package io.boathouse.platform.telemetry;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.secret.Redaction;
import io.boathouse.platform.telemetry.TelemetryConfig.Format;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a logged event without secrets, its message on one line: text that came from outside can
 * neither forge another event nor carry a token into the log.
 */
final class EventEncoder extends EncoderBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);
  private static final int LONGEST_MESSAGE = 8_192;

  private final Format format;
  private final ThrowableProxyConverter stacks = new ThrowableProxyConverter();

  EventEncoder(Format format) {
    this.format = format;
  }

  @Override
  public void start() {
    stacks.start();
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    String text =
        switch (format) {
          case TEXT -> text(event);
          case JSON -> json(event);
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String text(ILoggingEvent event) {
    StringBuilder line =
        new StringBuilder(160)
            .append(time(event))
            .append(' ')
            .append("%-5s".formatted(event.getLevel()))
            .append(' ')
            .append(shortName(event.getLoggerName()))
            .append(" - ")
            .append(message(event))
            .append('\n');
    if (event.getThrowableProxy() != null) {
      Redaction.secrets(stacks.convert(event))
          .lines()
          .forEach(frame -> line.append("  ").append(frame).append('\n'));
    }
    return line.toString();
  }

  private String json(ILoggingEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", time(event));
    fields.put("level", event.getLevel().toString());
    fields.put("logger", event.getLoggerName());
    fields.put("thread", event.getThreadName());
    fields.put("message", message(event));
    event.getMDCPropertyMap().forEach((name, value) -> fields.put(name, Redaction.line(value)));
    if (event.getThrowableProxy() != null) {
      fields.put("stack", Redaction.secrets(stacks.convert(event)));
    }
    return Json.writeText(fields) + "\n";
  }

  private static String message(ILoggingEvent event) {
    String message = String.valueOf(event.getFormattedMessage());
    boolean longer = message.length() > LONGEST_MESSAGE;
    return Redaction.line(longer ? message.substring(0, LONGEST_MESSAGE) + "…" : message);
  }

  private static String time(ILoggingEvent event) {
    return TIME.format(Instant.ofEpochMilli(event.getTimeStamp()));
  }

  private static String shortName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }
}
