package io.boathouse.conformance.delta;

import io.delta.kernel.DataWriteContext;
import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.internal.data.DefaultColumnarBatch;
import io.delta.kernel.defaults.internal.data.vector.DefaultLongVector;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.unitycatalog.UCCatalogManagedClient;
import io.delta.kernel.unitycatalog.UCTableIdentifier;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.storage.commit.TableIdentifier;
import io.delta.storage.commit.uccommitcoordinator.UCDeltaClient;
import io.delta.storage.commit.uccommitcoordinator.UCDeltaModels.StagingTableInfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** A catalog-managed table of one column as Delta Kernel's client of Unity Catalog uses it. */
record ManagedTable(UCDeltaClient client, String name, String id, String location) {
  static final StructType SCHEMA = new StructType().add("id", LongType.LONG);
  static final Engine ENGINE = DefaultEngine.create(new Configuration());
  private static final String CATALOG = "managed";

  /** Has a place staged, writes the first version there and gives it its name. */
  static ManagedTable create(UCDeltaClient client, String name) throws IOException {
    StagingTableInfo staged = client.createStagingTable(identifier(name));
    Map<String, String> properties = new HashMap<>(staged.getRequiredProperties());
    properties.remove(UCCatalogManagedClient.UC_TABLE_ID_KEY);
    properties.put("delta.feature.vacuumProtocolCheck", "supported");
    String id = staged.getTableId().toString();
    new UCCatalogManagedClient(client)
        .buildCreateTableTransaction(
            id, staged.getLocation(), SCHEMA, "test", new UCTableIdentifier(CATALOG, "s", name))
        .withTableProperties(properties)
        .build(ENGINE)
        .commit(ENGINE, CloseableIterable.emptyIterable());
    return new ManagedTable(client, name, id, staged.getLocation());
  }

  static TableIdentifier identifier(String name) {
    return new TableIdentifier(new String[] {CATALOG, "s"}, name);
  }

  TableIdentifier identifier() {
    return identifier(name);
  }

  Snapshot latest() {
    return latest(client);
  }

  Snapshot latest(UCDeltaClient by) {
    return new UCCatalogManagedClient(by)
        .loadSnapshot(
            ENGINE,
            id,
            location,
            new UCTableIdentifier(CATALOG, "s", name),
            Optional.empty(),
            Optional.empty());
  }

  /** Adds a row to a version, which has to be the latest. */
  static TransactionCommitResult append(Snapshot base, long value) throws IOException {
    Transaction transaction =
        base.buildUpdateTableTransaction("test", Operation.WRITE).withMaxRetries(0).build(ENGINE);
    Row state = transaction.getTransactionState(ENGINE);
    ColumnVector values =
        new DefaultLongVector(LongType.LONG, 1, Optional.empty(), new long[] {value});
    FilteredColumnarBatch batch =
        new FilteredColumnarBatch(
            new DefaultColumnarBatch(1, SCHEMA, new ColumnVector[] {values}), Optional.empty());
    CloseableIterator<FilteredColumnarBatch> physical =
        Transaction.transformLogicalData(
            ENGINE, state, Utils.singletonCloseableIterator(batch), Map.of());
    DataWriteContext context = Transaction.getWriteContext(ENGINE, state, Map.of());
    CloseableIterator<DataFileStatus> files =
        ENGINE
            .getParquetHandler()
            .writeParquetFiles(
                context.getTargetDirectory(), physical, context.getStatisticsColumns());
    List<Row> actions =
        Transaction.generateAppendActions(ENGINE, state, files, context).toInMemoryList();
    return transaction.commit(
        ENGINE, CloseableIterable.inMemoryIterable(Utils.toCloseableIterator(actions.iterator())));
  }
}
