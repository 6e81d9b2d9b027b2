package io.boathouse.server.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;

/** What to try next: commands that work when pasted. */
final class NextSteps {
  private NextSteps() {}

  static void print(PrintWriter out, Path data, URI server, String prediction, Path report) {
    out.printf(
        """

        The server answers at %2$s; the administrator's token is in %1$s/token.
        The report with its plots: %4$s

        Ask the endpoint:
          curl -s %2$s/serving-endpoints/late-landing/invocations -H "Authorization: Bearer $(cat %1$s/token)" -H 'Content-Type: application/json' -d '{"dataframe_records":[{"origin":"ATL","destination":"ORD","local_hour":18,"minute_of_day":1085,"day_of_week":5,"distance":606}]}'
        Ask why:
          deploy/boathouse why --data-dir %1$s %3$s
        Ask by SQL:
          deploy/boathouse sql --data-dir %1$s "SELECT origin, count(*) AS flights, avg(delay) AS mean_delay FROM main.flights.flights GROUP BY origin ORDER BY flights DESC LIMIT 5"
        Begin with a file of your own (put its name in place of the airports):
          deploy/boathouse load --data-dir %1$s deploy/quickstart/airports.csv --table main.default.my_table
        Give your agent its tools:
          printf '{"mcpServers":{"boathouse":{"type":"http","url":"%2$s/mcp","headers":{"Authorization":"Bearer %%s"}}}}\\n' "$(cat %1$s/token)" > mcp.json

        Stop the server with: deploy/boathouse stop --data-dir %1$s
        """,
        quoted(data), server, prediction, report);
    out.flush();
  }

  /** As a shell takes it as one word. */
  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[A-Za-z0-9_./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
