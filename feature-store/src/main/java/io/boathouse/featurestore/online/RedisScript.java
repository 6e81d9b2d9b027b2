package io.boathouse.featurestore.online;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A script that runs inside Redis, alone; sent once, then named by its digest. */
final class RedisScript {
  private final String text;
  private final String digest;

  private RedisScript(String text) {
    this.text = text;
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // the name that Redis gives it
      this.digest = HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The script in a file beside this class. */
  static RedisScript of(String file) {
    try (InputStream in =
        Objects.requireNonNull(RedisScript.class.getResourceAsStream(file), file)) {
      return new RedisScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  Future<@Nullable Response> run(Redis redis, List<String> keys, List<byte[]> arguments) {
    return redis
        .send(request(Command.EVALSHA, digest, keys, arguments))
        .recover(
            failure ->
                String.valueOf(failure.getMessage()).startsWith("NOSCRIPT")
                    ? redis.send(request(Command.EVAL, text, keys, arguments))
                    : Future.failedFuture(failure));
  }

  private static Request request(
      Command command, String script, List<String> keys, List<byte[]> arguments) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    arguments.forEach(request::arg);
    return request;
  }
}
