package io.boathouse.catalog.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.StoragePath;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingServiceTest {
  @TempDir Path temp;
  private final TestCatalog catalog = new TestCatalog();
  private boolean silent;

  @AfterEach
  void close() {
    catalog.close();
  }

  /** The defence is the order in StagingService.sweep: files first, then what tells of them. */
  @Test
  void filesOfAnAbandonedTableGoThoughTheirFirstSweepBrokeOff() {
    FileStore storage = storage();
    StagingService staging = service(storage);
    StagingTable old = staging.create(catalog.admin, FullName.of("main", "default", "old"));
    StoragePath folder = RelationService.managedPath(old.id());
    boolean unused = storage.putIfAbsent(folder.resolve("_delta_log/0.json"), new byte[1]);
    catalog.pass(Duration.ofDays(6));
    assertThat(staging.get(catalog.admin, old.id())).isEqualTo(old);
    catalog.pass(Duration.ofDays(2));
    assertThat(
            catchThrowableOfType(LakeException.class, () -> staging.get(catalog.admin, old.id()))
                .code())
        .isEqualTo(ErrorCode.NOT_FOUND);

    silent = true;
    StagingTable during = staging.create(catalog.admin, FullName.of("main", "default", "one"));
    silent = false;
    assertThat(storage.list(folder, Optional.empty(), 10)).hasSize(1);
    StagingTable after =
        service(storage).create(catalog.admin, FullName.of("main", "default", "two"));

    assertThat(storage.list(folder, Optional.empty(), 10)).isEmpty();
    assertThat(staging.get(catalog.admin, during.id())).isEqualTo(during);
    assertThat(staging.get(catalog.admin, after.id())).isEqualTo(after);
  }

  private StagingService service(FileStore storage) {
    return new StagingService(
        catalog.fixture.database(),
        new StagingService.Governance(
            catalog.module.relations(), catalog.module.authorizer(), catalog.module.auditLog()),
        storage,
        catalog.now::get);
  }

  /** Does not answer to deletions while it is silent. */
  private FileStore storage() {
    FileStore real = new LocalFileStore(temp.resolve("storage"));
    return (FileStore)
        Proxy.newProxyInstance(
            FileStore.class.getClassLoader(),
            new Class<?>[] {FileStore.class},
            (proxy, method, arguments) -> {
              if (silent && method.getName().equals("deleteFolder")) {
                throw new LakeException(ErrorCode.UNAVAILABLE, "TEST", "no answer", Map.of());
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
