package io.boathouse.benchmark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What does a request cost besides its work: a governed query of one row over the Statement
 * Execution API, one after the other; and reading a table's entry in the catalog with the check of
 * rights, at a constant rate over many connections, each request timed from when it was due.
 */
final class RequestBenchmark {
  private static final String TABLE = "main.default.request_benchmark";
  private static final int CONNECTIONS = 64;
  private static final double READS_PER_SECOND = 500;

  private final ServerUnderTest server;
  private final Scale scale;

  RequestBenchmark(ServerUnderTest server, Scale scale) {
    this.server = server;
    this.scale = scale;
  }

  List<Figure> run() throws InterruptedException {
    Rest rest = server.rest();
    var unused =
        rest.statement("CREATE TABLE %s AS SELECT range AS id FROM range(1000)".formatted(TABLE));
    boolean smoke = scale.equals(Scale.SMOKE);
    List<Figure> figures = new ArrayList<>(statements(rest, smoke ? 5 : 1_000));
    figures.addAll(reads(smoke ? 0.2 : 10));
    return figures;
  }

  private static List<Figure> statements(Rest rest, int count) {
    String query = "SELECT id FROM %s WHERE id = 7".formatted(TABLE);
    Histogram nanos = new Histogram(3);
    for (int i = 0; i < 2 * count; i++) {
      long began = System.nanoTime();
      var unused = rest.row(query);
      if (i >= count) {
        nanos.recordValue(System.nanoTime() - began);
      }
    }
    return List.of(
        Figure.atMost("statement", "one row, p50", milliseconds(nanos, 50), 5, "ms"),
        Figure.plain("statement", "one row, p99", milliseconds(nanos, 99), "ms"));
  }

  private List<Figure> reads(double seconds) throws InterruptedException {
    Histogram warm = new ConcurrentHistogram(3);
    AtomicLong failed = new AtomicLong();
    read(seconds, warm, failed);
    Histogram nanos = new ConcurrentHistogram(3);
    read(seconds, nanos, failed);
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " reads failed");
    }
    return List.of(
        Figure.plain("catalog read", "64 connections, p50", milliseconds(nanos, 50), "ms"),
        Figure.atMost("catalog read", "64 connections, p99", milliseconds(nanos, 99), 3, "ms"));
  }

  private void read(double seconds, Histogram nanos, AtomicLong failed)
      throws InterruptedException {
    long requests = (long) (READS_PER_SECOND * seconds);
    long start = System.nanoTime() + 50_000_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      int first = i;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      connection(first, requests, start, nanos);
                    } catch (IOException e) {
                      failed.incrementAndGet();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void connection(int first, long requests, long start, Histogram nanos)
      throws IOException {
    URI uri = URI.create(server.uri());
    byte[] request =
        """
        GET /api/2.1/unity-catalog/tables/%s HTTP/1.1\r
        host: %s\r
        authorization: Bearer %s\r
        \r
        """
            .formatted(TABLE, uri.getRawAuthority(), server.rest().token())
            .getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
      for (long i = first; i < requests; i += CONNECTIONS) {
        long due = start + (long) (i * 1e9 / READS_PER_SECOND);
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        out.write(request);
        out.flush();
        answer(in);
        nanos.recordValue(System.nanoTime() - due);
      }
    }
  }

  private static void answer(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      }
    }
    byte[] body = in.readNBytes(length);
    if (!status.startsWith("HTTP/1.1 200") || body.length != length || length == 0) {
      throw new IOException(status);
    }
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

  private static double milliseconds(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }
}
