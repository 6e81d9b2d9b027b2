package io.boathouse.featurestore.online;

import java.nio.file.Path;

/** Opens the online store that the settings name. */
public final class OnlineStores {
  private OnlineStores() {}

  /**
   * Opens a store.
   *
   * @param folder where the embedded one keeps its logs
   * @param maxBytes memory that the embedded one may take
   * @throws io.boathouse.platform.error.LakeException UNAVAILABLE if it cannot be reached
   */
  public static OnlineStore open(OnlineStoreConfig config, Path folder, long maxBytes) {
    return switch (config.store()) {
      case EMBEDDED -> new EmbeddedOnlineStore(folder, maxBytes);
      case REDIS -> RedisOnlineStore.open(config);
      case POSTGRES -> PostgresOnlineStore.open(config, folder);
      case DYNAMODB -> DynamoDbOnlineStore.open(config);
    };
  }
}
