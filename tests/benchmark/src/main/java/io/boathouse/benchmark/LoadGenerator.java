package io.boathouse.benchmark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Sends requests at a constant rate from a process of its own and tells how long the answers took.
 * The rate does not wait for answers: a request is due at its time whether or not earlier ones were
 * answered, and its latency counts from that time, so that a stall is seen by every request that it
 * delays. A connection is a plain socket and a thread, which costs the machine little.
 */
final class LoadGenerator {
  private static final long LONGEST_NANOS = 60_000_000_000L;

  private final URI uri;
  private final String token;
  private final List<byte[]> bodies;
  private final AtomicLong failed = new AtomicLong();
  private final Histogram latency = new ConcurrentHistogram(LONGEST_NANOS, 3);
  private final Histogram late = new ConcurrentHistogram(LONGEST_NANOS, 3);

  private LoadGenerator(URI uri, String token, List<byte[]> bodies) {
    this.uri = uri;
    this.token = token;
    this.bodies = bodies;
  }

  /**
   * Arguments: URL, file with the token, file with one body a line, requests a second, connections,
   * seconds to warm up, seconds to measure. Prints names and values, one a line.
   */
  public static void main(String[] arguments) throws Exception {
    List<byte[]> bodies =
        Files.readAllLines(Path.of(arguments[2])).stream()
            .map(line -> line.getBytes(StandardCharsets.UTF_8))
            .toList();
    LoadGenerator load =
        new LoadGenerator(
            URI.create(arguments[0]), Files.readString(Path.of(arguments[1])).strip(), bodies);
    double rate = Double.parseDouble(arguments[3]);
    int connections = Integer.parseInt(arguments[4]);
    load.run(rate, connections, Double.parseDouble(arguments[5]));
    load.latency.reset();
    load.late.reset();
    load.failed.set(0);
    long cpu = cpuNanos();
    long began = System.nanoTime();
    load.run(rate, connections, Double.parseDouble(arguments[6]));
    double seconds = (System.nanoTime() - began) / 1e9;
    load.print((cpuNanos() - cpu) / 1e9 / seconds, seconds);
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private void run(double rate, int connections, double seconds) throws InterruptedException {
    long requests = (long) (rate * seconds);
    long interval = (long) (1e9 / rate);
    long start = System.nanoTime() + 10_000_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      int first = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> connection(first, connections, requests, start, interval)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void connection(int first, int step, long requests, long start, long interval) {
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
      for (long i = first; i < requests; i += step) {
        byte[] request = request(bodies.get((int) (i % bodies.size())));
        long due = start + i * interval;
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        late.recordValue(System.nanoTime() - due);
        out.write(request);
        out.flush();
        if (!answered(in)) {
          failed.incrementAndGet();
        }
        latency.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - due));
      }
    } catch (IOException e) {
      failed.incrementAndGet();
    }
  }

  private byte[] request(byte[] body) {
    String head =
        """
        POST %s HTTP/1.1\r
        host: %s\r
        authorization: Bearer %s\r
        content-type: application/json\r
        content-length: %d\r
        \r
        """
            .formatted(uri.getRawPath(), uri.getRawAuthority(), token, body.length);
    byte[] first = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[first.length + body.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(body, 0, all, first.length, body.length);
    return all;
  }

  /** Reads one answer. @return whether it is a prediction */
  private static boolean answered(InputStream in) throws IOException {
    boolean good = line(in).startsWith("HTTP/1.1 200");
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      }
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return good && body.startsWith("{\"predictions\":[") && !body.contains("null");
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("The server closed the connection.");
      }
      if (next != '\r') {
        text.append((char) next);
      }
    }
    return text.toString();
  }

  private void print(double cpu, double seconds) {
    StringBuilder text = new StringBuilder();
    text.append("samples ").append(latency.getTotalCount()).append('\n');
    text.append("failed ").append(failed.get()).append('\n');
    text.append("rate ").append(latency.getTotalCount() / seconds).append('\n');
    text.append("cpu ").append(cpu).append('\n');
    text.append("late_p50 ").append(late.getValueAtPercentile(50) / 1e3).append('\n');
    text.append("late_p99 ").append(late.getValueAtPercentile(99) / 1e3).append('\n');
    for (String percentile : List.of("50", "90", "99", "99.9", "100")) {
      text.append("p").append(percentile).append(' ');
      text.append(latency.getValueAtPercentile(Double.parseDouble(percentile)) / 1e3).append('\n');
    }
    System.out.print(text);
  }
}
