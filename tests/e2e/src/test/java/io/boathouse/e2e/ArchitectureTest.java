package io.boathouse.e2e;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static io.boathouse.e2e.Conditions.beUsedOnlyBy;
import static io.boathouse.e2e.Conditions.calls;
import static io.boathouse.e2e.Conditions.inClass;
import static io.boathouse.e2e.Conditions.not;
import static io.boathouse.e2e.Conditions.ours;
import static io.boathouse.e2e.Conditions.reads;
import static io.boathouse.e2e.Conditions.room;
import static io.boathouse.e2e.Conditions.takeTheCallerFirst;
import static io.boathouse.e2e.Conditions.top;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What Maven cannot keep of the architecture, read from the compiled classes. Rules may be empty as
 * long as a room is.
 */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages(House.BASE);

  /** Users of DuckDB beside its factory: they speak JDBC to a locked-down session. */
  private static final String[] DUCKDB_USERS = {
    "io.boathouse.platform.duckdb..",
    "io.boathouse.table.compute..",
    "io.boathouse.ingest.file..",
    "io.boathouse.sql.engine..",
    "io.boathouse.featurestore.join..",
    "io.boathouse.featurestore.publish.."
  };

  /** The one package that may speak to each service of AWS. */
  private static final Map<String, String> AWS_ADAPTERS =
      Map.of(
          "s3", "platform.storage",
          "sts", "platform.storage",
          "glue", "sql.federation",
          "kinesis", "ingest.stream",
          "dynamodb", "featurestore.online",
          "bedrockruntime", "serving.gateway");

  private static final DescribedPredicate<JavaClass> MAIN =
      inClass("a program's Main", name -> name.equals("Main") || name.endsWith("Main"));

  @TestFactory
  Stream<DynamicTest> aRoomUsesOnlyTheRoomsItMay() {
    return House.MAY_USE.keySet().stream()
        .map(room -> DynamicTest.dynamicTest(room, () -> usesOnlyWhatItMay(room)));
  }

  private static void usesOnlyWhatItMay(String room) {
    Set<String> allowed = House.MAY_USE.get(room);
    String[] forbidden =
        House.MAY_USE.keySet().stream()
            .filter(other -> !other.equals(room) && !allowed.contains(other))
            .map(other -> in(other))
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage(in(room))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(forbidden)
            .because("the room may use only " + allowed));
  }

  @Test
  void everyClassLivesInARoom() {
    String[] rooms = House.MAY_USE.keySet().stream().map(room -> in(room)).toArray(String[]::new);
    check(
        classes()
            .should()
            .resideInAnyPackage(rooms)
            .because("the rooms are listed in House, with what each may use"));
  }

  @Test
  void vertxStaysWhereRequestsEnter() {
    check(
        noClasses()
            .that(
                not(
                    inClass("a Routes", name -> name.endsWith("Routes")),
                    resideInAnyPackage(
                        "io.boathouse.platform.http..",
                        "io.boathouse.platform.lane..",
                        "io.boathouse.platform.auth..",
                        "io.boathouse.platform.telemetry..",
                        "io.boathouse.sql.wire..",
                        "io.boathouse.agents.mcp..",
                        "io.boathouse.agents.chat..",
                        "io.boathouse.serving.inference..",
                        "io.boathouse.serving.batch..",
                        "io.boathouse.serving.protocol..",
                        "io.boathouse.serving.gateway..",
                        "io.boathouse.featurestore.online..",
                        "io.boathouse.featurestore.lookup..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty.."));
  }

  @Test
  void repositoriesAreThePackagesOwn() {
    check(
        classes()
            .that()
            .haveSimpleNameEndingWith("Repository")
            .should()
            .bePackagePrivate()
            .because("a table is reached through its service"));
  }

  @Test
  void onlyRepositoriesAndServicesSpeakToTheMetadataDatabase() {
    check(
        noClasses()
            .that(
                not(
                    inClass("a Repository", name -> name.endsWith("Repository")),
                    inClass("a Service", name -> name.endsWith("Service")),
                    resideInAnyPackage("io.boathouse.platform.db..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.jdbi..", "org.flywaydb..", "org.postgresql..", "com.zaxxer..", "io.zonky.."));
  }

  @Test
  void onlyTheDatabaseAndDuckdbUseConnections() {
    check(
        noClasses()
            .that(
                not(
                    inClass("a Repository", name -> name.endsWith("Repository")),
                    inClass("a Service", name -> name.endsWith("Service")),
                    inClass("a Module, which hands on", name -> name.endsWith("Module")),
                    resideInAnyPackage("io.boathouse.platform.db.."),
                    resideInAnyPackage(DUCKDB_USERS)))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("javax.sql..")
                    .or(assignableTo("java.sql.Connection"))
                    .or(assignableTo("java.sql.Statement"))
                    .or(assignableTo("java.sql.DriverManager")))
            .because("rows may be read anywhere, statements are made in few places"));
  }

  @Test
  void publicMethodsOfServicesTakeTheCallerFirst() {
    check(
        methods()
            .that()
            .areDeclaredInClassesThat(
                simpleNameEndingWith("Service").and(not(resideInAnyPackage(in("platform")))))
            .and()
            .arePublic()
            .and()
            .areNotStatic()
            .and()
            .doNotHaveName("close")
            .should(takeTheCallerFirst()));
  }

  @TestFactory
  Stream<DynamicTest> thePackagesOfARoomHaveNoCycle() {
    return House.MAY_USE.keySet().stream()
        .map(
            room ->
                DynamicTest.dynamicTest(
                    room,
                    () ->
                        check(
                            slices()
                                .matching(House.BASE + "." + room + ".(*)..")
                                .should()
                                .beFreeOfCycles())));
  }

  @Test
  void routesAreUsedOnlyInTheirPackageAndByTheirModule() {
    check(
        classes()
            .that(ours("Routes").and(not(inClass("Routes", name -> name.equals("Routes")))))
            .should(
                beUsedOnlyBy(
                    "their package and their room's Module",
                    use ->
                        use.getOriginClass()
                                .getPackageName()
                                .equals(use.getTargetClass().getPackageName())
                            || (top(use.getOriginClass()).endsWith("Module")
                                && room(use.getOriginClass())
                                    .equals(room(use.getTargetClass()))))));
  }

  @Test
  void onlyTheServerUsesModules() {
    check(
        classes()
            .that(ours("Module"))
            .should(
                beUsedOnlyBy(
                    "deploy/server and its own room's modules",
                    use ->
                        room(use.getOriginClass()).equals("server")
                            || room(use.getOriginClass()).equals(room(use.getTargetClass())))));
  }

  @Test
  void deltaHadoopAndParquetStayInTheirPackages() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.boathouse.table.delta..", "io.boathouse.table.type..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.delta..", "org.apache.hadoop..", "org.apache.parquet.."));
  }

  @Test
  void icebergStaysInItsPackage() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.boathouse.table.iceberg..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.iceberg..", "org.apache.avro.."));
  }

  @Test
  void duckdbStaysWithItsFactoryAndItsUsers() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(DUCKDB_USERS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.duckdb.."));
  }

  @TestFactory
  Stream<DynamicTest> anAwsServiceHasOneAdapter() {
    return AWS_ADAPTERS.entrySet().stream()
        .map(
            service ->
                DynamicTest.dynamicTest(
                    service.getKey(),
                    () ->
                        check(
                            noClasses()
                                .that()
                                .resideOutsideOfPackage(in(service.getValue()))
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage(
                                    "software.amazon.awssdk.services."
                                        + service.getKey()
                                        + ".."))));
  }

  @Test
  void theAwsLibraryStaysInItsAdapters() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                AWS_ADAPTERS.values().stream().map(adapter -> in(adapter)).toArray(String[]::new))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon.awssdk.."));
  }

  @Test
  void kafkaStaysInIngestStream() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.boathouse.ingest.stream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.."));
  }

  @Test
  void nothingSleeps() {
    check(noClasses().should().callMethodWhere(calls("java.lang.Thread", "sleep")));
  }

  @Test
  void timeIsInjected() {
    check(
        noClasses()
            .that(not(MAIN, resideInAnyPackage(in("server"))))
            .should()
            .callMethodWhere(
                calls("java.lang.System", "currentTimeMillis")
                    .or(calls("java.time.Instant", "now"))
                    .or(calls("java.time.LocalDate", "now"))
                    .or(calls("java.time.LocalDateTime", "now"))
                    .or(calls("java.time.OffsetDateTime", "now"))
                    .or(calls("java.time.ZonedDateTime", "now"))
                    .or(calls("java.time.InstantSource", "system"))
                    .or(calls("java.time.Clock", "systemUTC"))
                    .or(calls("java.time.Clock", "systemDefaultZone")))
            .because("the system clock is made once, in deploy/server"));
  }

  @Test
  void randomnessIsSeededOrSecure() {
    check(
        noClasses()
            .should()
            .callMethodWhere(
                calls("java.lang.Math", "random")
                    .or(calls("java.util.concurrent.ThreadLocalRandom", "current"))
                    .or(calls("java.util.random.RandomGenerator", "getDefault")))
            .orShould()
            .callConstructor(java.util.Random.class)
            .orShould()
            .callConstructor(java.util.SplittableRandom.class));
  }

  @Test
  void onlyAProgramPrints() {
    check(
        noClasses()
            .that(not(MAIN))
            .should()
            .accessFieldWhere(reads("java.lang.System", "out").or(reads("java.lang.System", "err")))
            .orShould()
            .callMethodWhere(calls("java.lang.Throwable", "printStackTrace"))
            .because("what an operator should read is logged"));
  }

  @Test
  void typesAreNamedAfterWhatTheyAre() {
    check(
        noClasses()
            .should()
            .haveNameMatching(
                "io\\.boathouse\\..*(Util|Utils|Manager|Impl|Helper|Helpers|Base|Common)"));
  }

  @Test
  void theRulesSeeTheHouse() {
    assertThat(CLASSES).hasSizeGreaterThan(20);
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  private static String in(String part) {
    return House.BASE + "." + part + "..";
  }
}
