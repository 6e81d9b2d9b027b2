package io.boathouse.platform.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A line to a server that can lose answers: the server has done the work, the client never hears.
 */
final class LossyLine implements AutoCloseable {
  private final ServerSocket listener;
  private final URI server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger answersToLose = new AtomicInteger();

  LossyLine(URI server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  void loseAnswers(int count) {
    answersToLose.set(count);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket remote = new Socket(server.getHost(), server.getPort());
        threads.execute(() -> relay(client, remote, false));
        threads.execute(() -> relay(remote, client, true));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void relay(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[65536];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        boolean interim =
            new String(buffer, 0, Math.min(12, count), StandardCharsets.US_ASCII)
                .startsWith("HTTP/1.1 100");
        if (answers && !interim && answersToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
          return;
        }
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException e) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
