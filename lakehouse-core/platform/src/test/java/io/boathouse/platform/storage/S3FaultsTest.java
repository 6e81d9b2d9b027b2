package io.boathouse.platform.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FaultyLine.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store behind a line on which requests and answers get lost, cut, stuck and late. */
class S3FaultsTest {
  private static final long SEED = Long.getLong("boathouse.faults.seed", System.nanoTime());
  private static final Duration ATTEMPT = Duration.ofMillis(400);
  private static final Duration LATE = Duration.ofMillis(900);
  private static final StoragePath COMMIT = StoragePath.of("_delta_log/0.json");
  private static final StoragePath FILE = StoragePath.of("a/file");

  @TempDir static Path cache;
  private static ObjectStore server;
  private static FaultyLine line;
  private static int prefixes;

  /** On the line, and beside it. */
  private S3FileStore far;

  private S3FileStore near;

  @BeforeAll
  static void start() throws Exception {
    server = ObjectStore.start();
    line = new FaultyLine(server.endpoint(), LATE);
  }

  @AfterAll
  static void stop() throws Exception {
    line.close();
    server.close();
  }

  @BeforeEach
  void open() {
    String prefix = "faults/" + prefixes++;
    Path copies = cache.resolve(prefix);
    far = far(prefix, ATTEMPT);
    near = server.open(prefix, copies.resolve("near"));
  }

  private static S3FileStore far(String prefix, Duration attempt) {
    Path copies = cache.resolve(prefix).resolve("far");
    return new S3FileStore(
        server.config(prefix, line.address(), copies, attempt), InstantSource.system());
  }

  @AfterEach
  void close() {
    line.calm();
    far.close();
    near.close();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] content(FileStore store, StoragePath path) throws IOException {
    try (InputStream in = store.open(path)) {
      return in.readAllBytes();
    }
  }

  /** The defences are S3Connection's attempts, S3Input, and WholeAnswers for CUT_ANSWER. */
  @ParameterizedTest
  @EnumSource(names = {"SLOW_DOWN", "INTERNAL_ERROR", "CUT_REQUEST", "CUT_ANSWER", "LOSE_ANSWER"})
  void oneFaultOfAnyKindIsNotNoticed(Fault fault) throws IOException {
    byte[] content = bytes(100_000);
    line.plan("PUT", fault);
    assertThat(far.put(FILE, out -> out.write(content)).size()).isEqualTo(content.length);
    line.plan("HEAD", fault);
    assertThat(far.find(FILE)).isPresent();
    line.plan("GET", fault);
    assertThat(content(far, FILE)).isEqualTo(content);
    line.plan("GET", fault);
    assertThat(far.read(FILE, 500, 70_000)).isEqualTo(Arrays.copyOfRange(content, 500, 70_500));
    line.plan("GET", fault);
    assertThat(Files.readAllBytes(far.localCopy(FILE))).isEqualTo(content);
    line.plan("GET", fault);
    assertThat(far.list(StoragePath.ROOT, Optional.empty(), 10)).hasSize(1);
    line.plan("DELETE", fault);
    far.delete(FILE);
    assertThat(near.find(FILE)).isEmpty();
  }

  /** The defences are the time of an attempt in S3Connection, and S3Input. */
  @Test
  void aLineThatFallsSilentIsLeftForAnother() throws IOException {
    byte[] content = bytes(100_000);
    line.plan("PUT", Fault.STALL_REQUEST);
    assertThat(far.put(FILE, out -> out.write(content)).size()).isEqualTo(content.length);
    line.plan("GET", Fault.STALL_ANSWER);
    assertThat(content(far, FILE)).isEqualTo(content);
    line.plan("GET", Fault.STALL_ANSWER);
    assertThat(far.list(StoragePath.ROOT, Optional.empty(), 10)).hasSize(1);
  }

  /** The defence is S3FileStore.isOurs: a 412 was once taken for another writer's success. */
  @ParameterizedTest
  @EnumSource(names = {"CUT_ANSWER", "LOSE_ANSWER", "STALL_ANSWER"})
  void aPutIfAbsentWhoseAnswerWasLostIsOurs(Fault fault) throws IOException {
    line.plan("PUT", fault);
    assertThat(far.putIfAbsent(COMMIT, "mine".getBytes(UTF_8))).isTrue();
    line.plan("PUT", fault);
    assertThat(far.putIfAbsent(COMMIT, "late".getBytes(UTF_8))).isFalse();
    assertThat(content(near, COMMIT)).isEqualTo("mine".getBytes(UTF_8));
  }

  @Test
  void aPutIfAbsentThatIsNeverAnsweredHasAnUnknownOutcome() throws IOException {
    line.plan("PUT", Collections.nCopies(100, Fault.LOSE_ANSWER).toArray(Fault[]::new));
    line.plan("GET", Collections.nCopies(100, Fault.INTERNAL_ERROR).toArray(Fault[]::new));
    assertThat(code(() -> far.putIfAbsent(COMMIT, "mine".getBytes(UTF_8))))
        .isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    assertThat(content(near, COMMIT)).isEqualTo("mine".getBytes(UTF_8));
    line.calm();
  }

  @Test
  void ofManyWhoPutIfAbsentOnABadLineNoTwoHaveDoneIt() throws Exception {
    System.out.println("S3FaultsTest: -Dboathouse.faults.seed=" + SEED);
    line.random(SEED, 0.25);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int key = 0; key < 3; key++) {
        StoragePath path = StoragePath.of("raced/" + key);
        List<Callable<String>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          String name = "writer " + i;
          writers.add(() -> outcome(path, name));
        }
        List<String> outcomes = new ArrayList<>();
        for (var outcome : threads.invokeAll(writers)) {
          outcomes.add(outcome.get());
        }
        List<String> winners = outcomes.stream().filter(text -> text.startsWith("writer")).toList();
        String there = near.find(path).isEmpty() ? "" : new String(content(near, path), UTF_8);

        assertThat(winners).as("seed %d: %s", SEED, outcomes).hasSizeLessThanOrEqualTo(1);
        if (winners.isEmpty()) {
          assertThat(outcomes).as("seed %d", SEED).contains("unknown");
        } else {
          assertThat(there).as("seed %d", SEED).isEqualTo(winners.getFirst());
        }
      }
    }
  }

  private String outcome(StoragePath path, String name) {
    try {
      return far.putIfAbsent(path, name.getBytes(UTF_8)) ? name : "lost";
    } catch (LakeException e) {
      return e.code() == ErrorCode.OUTCOME_UNKNOWN ? "unknown" : "refused " + e.reason();
    }
  }

  /** The defence is S3Upload.isThere: the store says that it knows no such upload. */
  @Test
  void partsWhoseJoiningWasDoneUnheardAreAFile() throws IOException {
    byte[] content = bytes(9 << 20);
    line.plan("PUT", Fault.CUT_REQUEST);
    line.plan("POST", Fault.INTERNAL_ERROR, Fault.NONE, Fault.LOSE_ANSWER);
    try (S3FileStore patient = far("joined", Duration.ofSeconds(10))) {
      assertThat(patient.put(FILE, out -> out.write(content)).size()).isEqualTo(content.length);
      assertThat(content(patient, FILE)).isEqualTo(content);
    }
  }

  /** The defence is S3Input.answer, which goes on with the version that it began with. */
  @Test
  void aFileThatIsReplacedWhileItIsReadIsNotMixed() throws IOException {
    byte[] content = bytes(1 << 20);
    var unused = near.put(FILE, out -> out.write(content));
    line.plan("GET", Fault.CUT_ANSWER);
    try (InputStream in = far.open(FILE)) {
      byte[] first = in.readNBytes(1000);
      unused = near.put(FILE, out -> out.write(bytes((1 << 20) + 1)));
      assertThat(first).isEqualTo(Arrays.copyOf(content, 1000));
      assertThat(code(in::readAllBytes)).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  /** The defences are apiCallTimeout and socketTimeout in S3Connection, and S3Input.close. */
  @Test
  void aStoreThatFallsSilentIsUnavailableInTime() throws IOException {
    var unused = near.put(FILE, out -> out.write(bytes(1 << 20)));
    Fault[] requests = Collections.nCopies(100, Fault.STALL_REQUEST).toArray(Fault[]::new);
    Fault[] answers = Collections.nCopies(100, Fault.STALL_ANSWER).toArray(Fault[]::new);
    line.plan("HEAD", requests);
    long start = System.nanoTime();
    assertThat(code(() -> far.find(FILE))).isEqualTo(ErrorCode.UNAVAILABLE);
    line.plan("GET", Fault.STALL_ANSWER);
    try (InputStream in = far.open(FILE)) {
      assertThat(in.read()).isNotNegative();
    }
    line.plan("GET", answers);
    try (InputStream in = far.open(FILE)) {
      assertThat(code(in::readAllBytes)).isEqualTo(ErrorCode.UNAVAILABLE);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ATTEMPT.multipliedBy(20));
  }

  private static ErrorCode code(ThrowingCallable work) {
    LakeException failure = catchThrowableOfType(LakeException.class, work);
    assertThat(failure).isNotNull();
    return failure.code();
  }
}
