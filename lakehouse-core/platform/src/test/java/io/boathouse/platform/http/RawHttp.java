package io.boathouse.platform.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that says exactly what it is told to, however wrong. */
final class RawHttp implements AutoCloseable {
  private final Socket socket;

  RawHttp(int port) throws IOException {
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    this.socket.setTcpNoDelay(true);
  }

  /** Sends a text and reads until the server closes. */
  static String exchange(int port, String request) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      try {
        http.send(request);
      } catch (SocketException refusedBeforeTheEnd) {
        return "<<reset>>";
      }
      return http.readToEnd(Duration.ofSeconds(10));
    }
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Whether the server has closed the connection by now, waiting at most this long. */
  boolean closedWithin(Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < end) {
      socket.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
      try {
        if (socket.getInputStream().read() < 0) {
          return true;
        }
      } catch (SocketTimeoutException e) {
        return false;
      } catch (SocketException e) {
        return true;
      }
    }
    return false;
  }

  /** Everything until the server closes. */
  String readToEnd(Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[8_192];
    try {
      while (System.nanoTime() < end) {
        socket.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
        int read = in.read(buffer);
        if (read < 0) {
          break;
        }
        received.write(buffer, 0, read);
      }
    } catch (SocketTimeoutException e) {
      received.writeBytes("<<still open>>".getBytes(StandardCharsets.ISO_8859_1));
    } catch (SocketException e) {
      received.writeBytes("<<reset>>".getBytes(StandardCharsets.ISO_8859_1));
    }
    return received.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
