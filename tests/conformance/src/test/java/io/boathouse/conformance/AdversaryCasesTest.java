package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every kind of bad input and attack that this release answers for is a test, or says why not. */
class AdversaryCasesTest {
  private static final Pattern METHOD = Pattern.compile("void case(\\d\\d)_\\w+\\(");
  private static final Pattern ROW = Pattern.compile("\\| (\\d\\d?) \\| \\S.* \\| (\\S.*) \\|");

  private static Set<Integer> wanted() {
    return Stream.of(
            "1-11", "13-13", "18-21", "23-27", "31-39", "45-49", "53-57", "60-62", "67-67", "70-80",
            "85-85", "87-87")
        .map(range -> range.split("-", -1))
        .flatMapToInt(
            range -> IntStream.rangeClosed(Integer.parseInt(range[0]), Integer.parseInt(range[1])))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Integer> tested() throws IOException {
    Set<Integer> found = new TreeSet<>();
    for (Path file : TestSources.all()) {
      METHOD
          .matcher(Files.readString(file))
          .results()
          .forEach(method -> found.add(Integer.parseInt(method.group(1))));
    }
    return found;
  }

  private static Set<Integer> explained() throws IOException {
    List<String> rows = Compatibility.section("Cases not tested yet");
    return rows.stream()
        .map(ROW::matcher)
        .filter(row -> row.matches())
        .map(row -> Integer.parseInt(row.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyCaseIsATestOrSaysWhyNotYet() throws IOException {
    Set<Integer> missing = wanted();
    missing.removeAll(tested());
    missing.removeAll(explained());
    assertThat(missing).as("cases with neither a test caseNN_… nor a row that says why").isEmpty();
  }

  @Test
  void noCaseIsCalledUntestedThatHasATest() throws IOException {
    Set<Integer> both = explained();
    both.retainAll(tested());
    assertThat(both).as("cases to take off the list of those not tested yet").isEmpty();
  }
}
