package io.boathouse.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.policy.AttributePolicy;
import io.boathouse.catalog.policy.AttributePolicyService.Wanted;
import io.boathouse.catalog.policy.TablePolicies;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.ViewService.Shape;
import io.boathouse.catalog.relation.ViewText;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Remembered;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.TaggedEntity;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What is kept of the catalog in memory is gone when the change that makes it wrong returns. A
 * transaction reads past the memory, and so tells the truth to compare with.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RememberedReadsTest {
  private TestCatalog catalog;
  private CatalogModule module;
  private Caller admin;
  private int made;
  private String name;
  private FullName schema;
  private FullName table;
  private FullName hide;
  private FullName near;
  private Caller ann;

  @BeforeAll
  void open() {
    catalog = new TestCatalog();
    module = catalog.module;
    admin = catalog.admin;
  }

  @AfterAll
  void close() {
    catalog.close();
  }

  @BeforeEach
  void aTableInACatalogOfItsOwn() {
    name = "kept" + made++;
    catalog.create(admin, SecurableType.CATALOG, name);
    schema = FullName.of(name, "s");
    catalog.create(admin, SecurableType.SCHEMA, schema.toString());
    table = catalog.table(schema.child("t"), "id", "email", "city");
    hide = function("hide", "string", "'***'");
    near = function("near", "boolean", "v = 'x'");
    ann = catalog.user(name + "-ann");
    catalog.grant(
        SecurableType.CATALOG,
        name,
        ann.principal(),
        Privilege.USE_CATALOG,
        Privilege.USE_SCHEMA,
        Privilege.SELECT);
  }

  private FullName function(String part, String returns, String body) {
    FullName function = schema.child(part);
    var unused =
        module.functions().create(admin, function, Optional.empty(), sql(part, returns, body));
    return function;
  }

  private static ObjectNode sql(String part, String returns, String body) {
    return new SqlFunction(
            List.of(new SqlFunction.Parameter("v", "string", Optional.empty())),
            returns,
            body,
            true)
        .definition(part);
  }

  /** Each change is another value at once, and the one that a transaction reads. */
  private void follows(Supplier<Object> read, Runnable... changes) {
    List<Object> seen = new ArrayList<>(List.of(read.get()));
    assertThat(read.get()).as("read again").isEqualTo(seen.getFirst());
    for (Runnable change : changes) {
      change.run();
      Object now = read.get();
      assertThat(now).isNotEqualTo(seen.getLast());
      assertThat(now).isEqualTo(catalog.fixture.database().inTransaction(read));
      assertThat(read.get()).as("read again").isEqualTo(now);
      seen.add(now);
    }
  }

  private Object told(FullName of) {
    try {
      return module.relations().get(admin, of);
    } catch (LakeException e) {
      return e.code();
    }
  }

  private Object byId(UUID id) {
    return module.securables().byId(admin, id);
  }

  private void change(SecurableType type, FullName of, SecurableChange change) {
    var unused = module.securables().update(admin, type, of, change);
  }

  @Test
  void aTableFollowsItsNameCommentOwnerAndProperties() {
    UUID id = module.relations().get(admin, table).securable().id();
    SecurableType type = SecurableType.TABLE;
    follows(
        () -> byId(id),
        () -> change(type, table, SecurableChange.comment("c")),
        () -> change(type, table, SecurableChange.owner(ann.principal())),
        () -> change(type, table, SecurableChange.properties(Map.of("k", "v"))),
        () -> change(type, table, SecurableChange.rename("t2")));
    assertThat(told(table).toString()).isEqualTo("NOT_FOUND");
    assertThat(told(schema.child("t2"))).isInstanceOf(Relation.class);
  }

  @Test
  void aTableFollowsTheNamesOfWhatItIsIn() {
    UUID id = module.relations().get(admin, table).securable().id();
    follows(
        () -> List.of(byId(id), told(table)),
        () -> change(SecurableType.SCHEMA, schema, SecurableChange.rename("s2")),
        () ->
            change(
                SecurableType.CATALOG, FullName.of(name), SecurableChange.rename(name + "later")));
  }

  @Test
  void aTableOfTheSameNameIsAnother() {
    follows(
        () -> told(table),
        () -> module.relations().delete(admin, table),
        () -> catalog.table(table, "other"),
        () -> module.securables().delete(admin, SecurableType.SCHEMA, schema, true));
  }

  @Test
  void anOwnerIsCalledByItsNewNameAndTheAdministratorsFollowIt() {
    change(SecurableType.TABLE, table, SecurableChange.owner(ann.principal()));
    UUID id = ann.principalId();
    follows(
        () -> module.relations().get(admin, table).securable().owner(),
        () -> module.principals().update(admin, id, NewPrincipal.user(name + "-eve")),
        () -> module.principals().delete(admin, Principal.Kind.USER, id));
  }

  @Test
  void columnsAreThoseThatWereSetLastAndPoliciesFollowThem() {
    module.policies().setMask(admin, table, "email", hide, List.of());
    follows(
        () -> List.of(module.relations().get(admin, table).columns(), policies()),
        () -> columns("id", "mail", "city"),
        () -> columns("id", "city"));
    assertThat(policies().toString()).doesNotContain("mail");
  }

  private void columns(String... names) {
    var unused =
        module
            .relations()
            .updateColumns(admin, table, List.of(names).stream().map(TestCatalog::column).toList());
  }

  @Test
  void aViewReadsByItsNewestQuery() {
    FullName view = schema.child("v");
    Relation first = module.views().create(admin, view, text("SELECT 1"), shape("a"));
    follows(
        () ->
            List.of(
                module.viewQueries().find(first.securable().id()),
                module.relations().get(admin, view)),
        () -> module.views().replace(admin, view, text("SELECT 2"), shape("a")),
        () -> module.views().replace(admin, view, text("SELECT 2"), shape("b")),
        () -> module.views().change(admin, view, SecurableChange.comment("c")));
  }

  private ViewText text(String query) {
    return new ViewText(query, name, "s", List.of());
  }

  private static Shape shape(String column) {
    return new Shape(List.of(TestCatalog.column(column)), Optional.empty(), Map.of());
  }

  @Test
  void aFunctionHasItsNewestBodyAndPoliciesAnotherVersion() {
    module.policies().setMask(admin, table, "email", hide, List.of());
    UUID id = module.functions().get(admin, hide).securable().id();
    follows(
        () -> List.of(module.functionCalls().find(id), policies().version()),
        () ->
            module
                .functions()
                .replace(admin, hide, Optional.empty(), sql("hide", "string", "'+++'")));
    var mine = module.functionCalls().find(id).orElseThrow().definition();
    mine.put("routine_definition", "'mine'");
    assertThat(module.functionCalls().find(id).orElseThrow().definition()).isNotEqualTo(mine);
  }

  @Test
  void groupsAreThoseOfNow() {
    Principal inner = catalog.group(name + "-inner");
    Principal outer = catalog.group(name + "-outer");
    UUID id = ann.principalId();
    follows(
        () -> module.memberships().groups(ann),
        () -> module.principals().addMember(admin, inner.id(), id),
        () -> module.principals().addMember(admin, outer.id(), inner.id()),
        () -> module.principals().update(admin, outer.id(), NewPrincipal.group(name + "-wide")),
        () -> module.principals().removeMember(admin, outer.id(), inner.id()),
        () -> module.principals().addMember(admin, outer.id(), id),
        () -> module.principals().delete(admin, Principal.Kind.GROUP, inner.id()),
        () ->
            module
                .principals()
                .update(
                    admin,
                    id,
                    new NewPrincipal(
                        ann.principal(),
                        Principal.Kind.USER,
                        Optional.empty(),
                        Optional.empty(),
                        false)));
  }

  private Object policiesOf(Caller caller) {
    return module.policies().of(caller, module.relations().get(admin, table).securable());
  }

  private TablePolicies policies() {
    return module.policies().of(ann, module.relations().get(admin, table).securable());
  }

  @Test
  void filtersAndMasksHoldFromTheCallThatSetsThem() {
    follows(
        () -> policiesOf(ann),
        () -> module.policies().setRowFilter(admin, table, near, List.of("id")),
        () -> module.policies().setRowFilter(admin, table, near, List.of("city")),
        () -> module.policies().setMask(admin, table, "email", hide, List.of()),
        () -> module.policies().setMask(admin, table, "city", hide, List.of()),
        () -> module.policies().dropMask(admin, table, "email"),
        () -> module.policies().dropRowFilter(admin, table));
  }

  @Test
  void attributePoliciesAndTheTagsTheySpeakOfHoldAtOnce() {
    Principal few = catalog.group(name + "-few");
    TaggedEntity email = TaggedEntity.column(table, "email");
    TaggedEntity whole = TaggedEntity.of(SecurableType.TABLE, table);
    TaggedEntity above = TaggedEntity.of(SecurableType.SCHEMA, schema);
    FullName top = FullName.of(name);
    follows(
        () -> policiesOf(ann),
        () -> {
          module.tags().set(admin, email, Map.of("pii", "yes"));
          var unused =
              module
                  .attributePolicies()
                  .create(admin, SecurableType.CATALOG, top, "p", masking("account users"));
        },
        () -> module.tags().delete(admin, email, "pii"),
        () -> module.tags().create(admin, email, "pii", "yes"),
        () -> update(top, few.name()),
        () -> module.principals().addMember(admin, few.id(), ann.principalId()),
        () -> module.principals().removeMember(admin, few.id(), ann.principalId()),
        () -> update(top, "account users"),
        () -> module.tags().unset(admin, email, List.of("pii")),
        () -> module.tags().set(admin, email, Map.of("pii", "yes")),
        () -> module.tags().set(admin, whole, Map.of("open", "")),
        () -> module.tags().unset(admin, whole, List.of("open")),
        () -> module.tags().set(admin, above, Map.of("open", "")),
        () -> module.tags().unset(admin, above, List.of("open")),
        () -> module.attributePolicies().delete(admin, SecurableType.CATALOG, top, "p"));
  }

  private void update(FullName top, String to) {
    var unused =
        module
            .attributePolicies()
            .update(admin, SecurableType.CATALOG, top, "p", old -> masking(to));
  }

  private Wanted masking(String to) {
    return new Wanted(
        AttributePolicy.Kind.COLUMN_MASK,
        hide,
        Optional.of("c"),
        List.of(),
        List.of(new AttributePolicy.Match("c", "has_tag('pii')")),
        Optional.of("NOT has_tag('open')"),
        Optional.empty(),
        List.of(to),
        List.of());
  }

  @Test
  void aTransactionReadsItsOwnChangesAndLeavesNothingOfThemIfItIsUndone() {
    Object before = policiesOf(ann);
    assertThatThrownBy(
            () ->
                catalog
                    .fixture
                    .database()
                    .useTransaction(
                        () -> {
                          module.policies().setRowFilter(admin, table, near, List.of("id"));
                          change(SecurableType.TABLE, table, SecurableChange.comment("undone"));
                          assertThat(policiesOf(ann)).isNotEqualTo(before);
                          throw new IllegalStateException("undone");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(policiesOf(ann)).isEqualTo(before);
    assertThat(module.relations().get(admin, table).securable().comment()).isEmpty();
  }

  @Test
  void whatWasReadWhileItChangedIsNotKept() {
    UUID id = module.relations().get(admin, table).securable().id();
    var memory = new Remembered<UUID, Object>(module.accessStamp(), 10);
    Optional<Object> old =
        memory.find(
            id,
            key -> {
              Object read = byId(key);
              change(SecurableType.TABLE, table, SecurableChange.comment("meanwhile"));
              return Optional.of(read);
            });
    assertThat(memory.find(id, key -> Optional.of(byId(key)))).isNotEqualTo(old);
  }
}
