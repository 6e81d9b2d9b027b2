package io.boathouse.platform.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A line to an HTTP server on which things go wrong, by plan or by a seed. It carries one request a
 * connection.
 */
public final class FaultyLine implements AutoCloseable {
  private static final int END_OF_HEAD = 0x0d0a0d0a;
  private static final List<Fault> AT_RANDOM =
      List.of(
          Fault.SLOW_DOWN,
          Fault.INTERNAL_ERROR,
          Fault.SLOW_DOWN,
          Fault.INTERNAL_ERROR,
          Fault.CUT_REQUEST,
          Fault.CUT_ANSWER,
          Fault.LOSE_ANSWER,
          Fault.LOSE_ANSWER,
          Fault.STALL_REQUEST,
          Fault.STALL_ANSWER,
          Fault.LATE);

  private final ServerSocket listener;
  private final URI server;
  private final Duration late;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Phaser underWay = new Phaser(1);
  private final List<Planned> planned = new ArrayList<>();
  private final Map<Fault, Integer> dealt = new EnumMap<>(Fault.class);
  private Random random = new Random(0);
  private double share;

  /** What goes wrong with a request. */
  public enum Fault {
    NONE,
    /** Refused with 503 before the server sees it. */
    SLOW_DOWN,
    /** Refused with 500 before the server sees it. */
    INTERNAL_ERROR,
    /** The server gets a half of it, and the line breaks. */
    CUT_REQUEST,
    /** The server has done it, the client gets a half of the answer, and the line breaks. */
    CUT_ANSWER,
    /** The server has done it, and the line breaks without a word. */
    LOSE_ANSWER,
    /** Nobody takes it, and nobody says so. */
    STALL_REQUEST,
    /** The server has done it, and after a half of the answer nothing more comes. */
    STALL_ANSWER,
    /** The server gets it when the client has long given up. */
    LATE
  }

  private record Planned(String method, Fault fault) {}

  private record Message(String head, byte[] body) {
    String method() {
      return head.substring(0, head.indexOf(' '));
    }

    String header(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }

    byte[] bytes() {
      String lines =
          head.lines()
              .filter(line -> !line.isEmpty() && !line.matches("(?i)(expect|connection):.*"))
              .collect(Collectors.joining("\r\n"));
      byte[] first = (lines + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1);
      byte[] all = Arrays.copyOf(first, first.length + body.length);
      System.arraycopy(body, 0, all, first.length, body.length);
      return all;
    }
  }

  /**
   * @param late after how long a late request arrives
   */
  public FaultyLine(URI server, Duration late) throws IOException {
    this.server = server;
    this.late = late;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Where to send requests to. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The next requests of this method go wrong so, one after the other. */
  public synchronized void plan(String method, Fault... faults) {
    for (Fault fault : faults) {
      planned.add(new Planned(method, fault));
    }
  }

  /** From now on so many of all requests go wrong somehow. */
  public synchronized void random(long seed, double shareOfRequests) {
    random = new Random(seed);
    share = shareOfRequests;
  }

  /** From now on nothing goes wrong; returns when what was late has arrived. */
  public void calm() {
    synchronized (this) {
      planned.clear();
      share = 0;
    }
    int unused = underWay.arriveAndAwaitAdvance();
  }

  /** How often what went wrong. */
  public synchronized Map<Fault, Integer> dealt() {
    return new EnumMap<>(dealt);
  }

  private synchronized Fault next(String method) {
    Fault fault = Fault.NONE;
    for (Planned plan : planned) {
      if (plan.method().equals(method)) {
        planned.remove(plan);
        fault = plan.fault();
        break;
      }
    }
    if (fault == Fault.NONE && random.nextDouble() < share) {
      fault = AT_RANDOM.get(random.nextInt(AT_RANDOM.size()));
    }
    int unused = dealt.merge(fault, 1, Integer::sum);
    return fault;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        threads.execute(() -> carry(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void carry(Socket client) {
    try (client) {
      Optional<Message> request = read(client);
      if (request.isPresent()) {
        carry(request.get(), client);
      }
    } catch (IOException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void carry(Message request, Socket client) throws IOException, InterruptedException {
    Fault fault = next(request.method());
    OutputStream out = client.getOutputStream();
    switch (fault) {
      case NONE -> out.write(answer(request));
      case SLOW_DOWN -> out.write(refusal(request, "503 Slow Down", "SlowDown"));
      case INTERNAL_ERROR ->
          out.write(refusal(request, "500 Internal Server Error", "InternalError"));
      case CUT_REQUEST -> cut(request);
      case CUT_ANSWER -> out.write(half(answer(request)));
      case LOSE_ANSWER -> {
        byte[] unusedAnswer = answer(request);
      }
      case STALL_REQUEST -> closed.await();
      case STALL_ANSWER -> {
        out.write(half(answer(request)));
        closed.await();
      }
      case LATE -> {
        int unusedPhase = underWay.register();
        try {
          boolean unused = closed.await(late.toMillis(), TimeUnit.MILLISECONDS);
          byte[] unusedAnswer = answer(request);
        } finally {
          int unused = underWay.arriveAndDeregister();
        }
      }
    }
  }

  private static Optional<Message> read(Socket client) throws IOException {
    InputStream in = new BufferedInputStream(client.getInputStream());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int lastFour = 0;
    while (lastFour != END_OF_HEAD) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      text.write(next);
      lastFour = lastFour << 8 | next;
    }
    Message head = new Message(text.toString(ISO_8859_1), new byte[0]);
    if (!head.header("expect").isEmpty()) {
      client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
    }
    String length = head.header("content-length");
    if (length.isEmpty() && !head.header("transfer-encoding").isEmpty()) {
      throw new IllegalStateException("a body in pieces: " + head.head());
    }
    return Optional.of(
        length.isEmpty()
            ? head
            : new Message(head.head(), in.readNBytes(Integer.parseInt(length))));
  }

  private byte[] answer(Message request) throws IOException {
    try (Socket remote = new Socket(server.getHost(), server.getPort())) {
      remote.getOutputStream().write(request.bytes());
      byte[] answer = remote.getInputStream().readAllBytes();
      int end = headLength(answer);
      String head = new String(answer, 0, end, ISO_8859_1);
      Message told = new Message(head, Arrays.copyOfRange(answer, end, answer.length));
      boolean sized = !told.header("content-length").isEmpty() || told.body().length == 0;
      String length = "Content-Length: " + told.body().length + "\r\n";
      return sized ? told.bytes() : new Message(head + length, told.body()).bytes();
    }
  }

  private static int headLength(byte[] answer) {
    return new String(answer, ISO_8859_1).indexOf("\r\n\r\n") + 4;
  }

  private void cut(Message request) throws IOException {
    byte[] whole = request.bytes();
    int body = request.body().length;
    try (Socket remote = new Socket(server.getHost(), server.getPort())) {
      remote
          .getOutputStream()
          .write(whole, 0, body == 0 ? whole.length / 2 : whole.length - body / 2 - 1);
    }
  }

  /** Half of the body, or of the head if there is no body. */
  private static byte[] half(byte[] answer) {
    int head = headLength(answer);
    return Arrays.copyOf(
        answer, answer.length > head ? head + (answer.length - head) / 2 : head / 2);
  }

  private static byte[] refusal(Message request, String status, String code) {
    byte[] body =
        "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>Not now</Message></Error>"
            .formatted(code)
            .getBytes(UTF_8);
    String head =
        "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(status, body.length);
    return (head + (request.method().equals("HEAD") ? "" : new String(body, UTF_8)))
        .getBytes(UTF_8);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    threads.shutdownNow();
  }
}
