package io.boathouse.platform.http;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import io.boathouse.platform.http.Reply.Body;
import io.boathouse.platform.http.SiteFiles.Entry;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The console's files. They hold no data and need no token: what is seen in the console, its
 * scripts ask for by the API. The policy that goes with them lets a page load nothing from
 * elsewhere, run no script but these, and be framed by nobody.
 */
public final class SiteRoutes implements Routes {
  private static final String FOLDER = "/console";
  private static final Permission OPEN =
      Permission.open("files without data, the same for everybody");

  static final Endpoint ROOT = new Endpoint(GET, "/", "openConsole").requires(OPEN);
  static final Endpoint HOME = new Endpoint(GET, FOLDER, "getConsole").requires(OPEN);
  static final Endpoint FILE = new Endpoint(GET, FOLDER + "/*", "getConsoleFile").requires(OPEN);

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src"
          + " 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";
  private static final String ABSENT =
      """
      Boathouse answers here. This server was built without its console, as where Node.js is
      missing: build it again where 'node' and 'npm' are on the PATH.
      The API is listed at /api/2.0/boathouse/endpoints, to be asked with a token.
      """;

  private final SiteFiles files;

  /** Serves what was packed into this server. */
  public SiteRoutes() {
    this(SiteFiles.of(FOLDER));
  }

  SiteRoutes(SiteFiles files) {
    this.files = files;
  }

  @Override
  public void mount(Api api) {
    api.handle(ROOT, ErrorFormat.DATABRICKS, request -> file(request, ""));
    api.handle(HOME, ErrorFormat.DATABRICKS, request -> file(request, ""));
    api.handle(FILE, ErrorFormat.DATABRICKS, request -> file(request, request.pathParam("*")));
  }

  /** What no file has is a page: the application reads its own address. */
  private Reply file(Request request, String path) {
    Optional<Entry> found = files.find(path);
    if (found.isEmpty() && path.startsWith("assets/")) {
      throw HttpErrors.noSuchEndpoint("GET", request.rawPath());
    }
    return found
        .or(() -> files.find(SiteFiles.INDEX))
        .map(entry -> reply(request, entry))
        .orElseGet(() -> Reply.text(ABSENT));
  }

  private Reply reply(Request request, Entry entry) {
    String encoding = encoding(request.header("accept-encoding").orElse(""), entry);
    String tag = "\"" + entry.digest() + (encoding.isEmpty() ? "" : "-" + encoding) + "\"";
    boolean known = request.header("if-none-match").filter(tag::equals).isPresent();
    Body body =
        known ? new Body.Empty() : new Body.Bytes(entry.type(), files.content(entry, encoding));
    Reply reply =
        new Reply(known ? 304 : 200, Map.of(), body)
            .withHeader("Content-Security-Policy", POLICY)
            .withHeader("Referrer-Policy", "no-referrer")
            .withHeader("Cross-Origin-Opener-Policy", "same-origin")
            .withHeader("Cross-Origin-Resource-Policy", "same-origin")
            .withHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
            .withHeader("Vary", "Accept-Encoding")
            .withHeader("ETag", tag)
            .withHeader(
                "Cache-Control",
                entry.lasting() ? "public, max-age=31536000, immutable" : "no-cache");
    return encoding.isEmpty() || known ? reply : reply.withHeader("Content-Encoding", encoding);
  }

  /** The best of the entry's encodings that the client takes (RFC 9110 section 12.5.3). */
  private static String encoding(String accepted, Entry entry) {
    return entry.encodings().stream()
        .filter(
            encoding ->
                Arrays.stream(accepted.toLowerCase(Locale.ROOT).split(",", -1))
                    .map(String::strip)
                    .anyMatch(
                        one ->
                            one.equals(encoding)
                                || (one.startsWith(encoding + ";")
                                    && !one.matches(".*q=0(\\.0*)?"))))
        .findFirst()
        .orElse("");
  }
}
