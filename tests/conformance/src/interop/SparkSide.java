import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Delta Spark in a process of its own: takes one statement a line, and answers with a line for each
 * row (its values joined by a bar), then "end", or with "error" and the reason.
 */
public final class SparkSide {
  private SparkSide() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out = System.out;
    System.setOut(System.err); // what libraries print is not for the other side
    try (SparkSession spark =
            SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.warehouse.dir", arguments[0])
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config(
                    "spark.sql.catalog.spark_catalog",
                    "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .getOrCreate();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      out.println("ready");
      for (String statement = in.readLine(); statement != null; statement = in.readLine()) {
        try {
          for (Row row : spark.sql(statement).collectAsList()) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
              values.add(String.valueOf(row.get(i)));
            }
            out.println(String.join("|", values));
          }
          out.println("end");
        } catch (Exception e) {
          out.println("error " + String.valueOf(e).replace('\n', ' '));
        }
        out.flush();
      }
    }
  }
}
