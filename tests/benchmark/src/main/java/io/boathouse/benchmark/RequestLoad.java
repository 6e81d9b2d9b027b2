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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Sends requests from a process of its own over plain sockets, a thread each: at a constant rate,
 * each timed from when it was due, or one after the other as fast as answers come. An answer that
 * is no success, or lacks what every answer must say, is a failure.
 */
final class RequestLoad {
  private static final long LONGEST_NANOS = 60_000_000_000L;

  private final URI uri;
  private final List<byte[]> requests;
  private final List<String> expected;
  private final AtomicLong failed = new AtomicLong();
  private final Histogram latency = new ConcurrentHistogram(LONGEST_NANOS, 3);

  private RequestLoad(URI uri, List<byte[]> requests, List<String> expected) {
    this.uri = uri;
    this.requests = requests;
    this.expected = expected;
  }

  /**
   * What is asked.
   *
   * @param bodies of POST, in turn; empty for GET
   * @param expected what is in the answer to each of the bodies, or one that is in every answer
   */
  record Asked(String uri, String token, List<String> bodies, List<String> expected) {
    Asked(String uri, String token, List<String> bodies, String expected) {
      this(uri, token, bodies, List.of(expected));
    }
  }

  /**
   * How it is asked.
   *
   * @param rate requests a second; 0 for as many as are answered
   */
  record Pace(int connections, double rate, double warmupSeconds, double seconds) {}

  /** Starts the process and reads what it found. */
  static Map<String, Double> run(Path folder, Asked asked, Pace pace)
      throws IOException, InterruptedException {
    Path token = Files.writeString(folder.resolve("request-token"), asked.token());
    Path bodies = Files.write(folder.resolve("request-bodies"), asked.bodies());
    Path expected = Files.write(folder.resolve("request-expected"), asked.expected());
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            RequestLoad.class.getName(),
            asked.uri(),
            token.toString(),
            bodies.toString(),
            expected.toString(),
            Integer.toString(pace.connections()),
            Double.toString(pace.rate()),
            Double.toString(pace.warmupSeconds()),
            Double.toString(pace.seconds()));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Map<String, Double> found = new HashMap<>();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines
          .lines()
          .map(line -> line.split(" ", 2))
          .forEach(pair -> found.put(pair[0], Double.valueOf(pair[1])));
    }
    if (process.waitFor() != 0 || found.getOrDefault("failed", Double.NaN) != 0) {
      throw new IllegalStateException("requests failed: " + found);
    }
    return found;
  }

  /** The arguments are those that {@link #run} gives. */
  public static void main(String[] arguments) throws Exception {
    URI uri = URI.create(arguments[0]);
    String token = Files.readString(Path.of(arguments[1]));
    List<byte[]> requests = new ArrayList<>();
    for (String body : Files.readAllLines(Path.of(arguments[2]))) {
      requests.add(request(uri, token, "POST", body));
    }
    if (requests.isEmpty()) {
      requests.add(request(uri, token, "GET", ""));
    }
    RequestLoad load = new RequestLoad(uri, requests, Files.readAllLines(Path.of(arguments[3])));
    int connections = Integer.parseInt(arguments[4]);
    double rate = Double.parseDouble(arguments[5]);
    load.run(connections, rate, Double.parseDouble(arguments[6]), 0);
    load.latency.reset();
    load.failed.set(0);
    long began = System.nanoTime();
    load.run(connections, rate, Double.parseDouble(arguments[7]), requests.size() / 2);
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.println("failed " + load.failed.get());
    System.out.println("requests " + load.latency.getTotalCount());
    System.out.println("rate " + load.latency.getTotalCount() / seconds);
    for (String percentile : List.of("50", "99", "99.9", "100")) {
      double nanos = load.latency.getValueAtPercentile(Double.parseDouble(percentile));
      System.out.println("p" + percentile + " " + nanos / 1e6);
    }
  }

  private static byte[] request(URI uri, String token, String method, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        """
        %s %s HTTP/1.1\r
        host: %s\r
        authorization: Bearer %s\r
        content-type: application/json\r
        content-length: %d\r
        \r
        """
            .formatted(method, uri.getRawPath(), uri.getRawAuthority(), token, content.length);
    byte[] first = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[first.length + content.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(content, 0, all, first.length, content.length);
    return all;
  }

  private void run(int connections, double rate, double seconds, int skip)
      throws InterruptedException {
    long start = System.nanoTime() + 50_000_000;
    long end = start + (long) (seconds * 1e9);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      int first = i;
      double interval = rate > 0 ? 1e9 / rate : 0;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () ->
                      connection(
                          new Turn(skip + first, connections, interval),
                          (long) (start + first * interval),
                          end)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /**
   * Which requests a connection sends.
   *
   * @param intervalNanos between two of all connections; 0 for none
   */
  private record Turn(int first, int step, double intervalNanos) {}

  private void connection(Turn turn, long start, long end) {
    double interval = turn.intervalNanos();
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
      long due = start;
      for (long n = 0; due < end; n++) {
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        long began = interval > 0 ? due : System.nanoTime();
        int place = (int) ((turn.first() + n * turn.step()) % requests.size());
        out.write(requests.get(place));
        out.flush();
        if (!answered(in, expected.get(place % expected.size()))) {
          failed.incrementAndGet();
        }
        long now = System.nanoTime();
        latency.recordValue(Math.min(LONGEST_NANOS, now - began));
        due = interval > 0 ? start + (long) ((n + 1) * turn.step() * interval) : now;
      }
    } catch (IOException e) {
      failed.incrementAndGet();
    }
  }

  private static boolean answered(InputStream in, String wanted) throws IOException {
    boolean good = line(in).startsWith("HTTP/1.1 200");
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      }
    }
    byte[] body = in.readNBytes(length);
    return good && new String(body, StandardCharsets.UTF_8).contains(wanted);
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
}
