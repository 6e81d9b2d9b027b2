package io.boathouse.platform.db;

import java.util.Map;

/**
 * Server parameters of the embedded database: small in memory, closed to everyone else, durable.
 */
final class PostgresSettings {
  private PostgresSettings() {}

  static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("password_encryption", "scram-sha-256"),
          Map.entry("max_connections", "30"),
          Map.entry("superuser_reserved_connections", "3"),
          Map.entry("shared_buffers", "32MB"),
          Map.entry("work_mem", "4MB"),
          Map.entry("maintenance_work_mem", "32MB"),
          Map.entry("effective_cache_size", "256MB"),
          Map.entry("max_wal_size", "256MB"),
          Map.entry("min_wal_size", "16MB"),
          Map.entry("wal_buffers", "1MB"),
          Map.entry("wal_level", "minimal"),
          Map.entry("max_wal_senders", "0"),
          Map.entry("max_worker_processes", "2"),
          Map.entry("max_parallel_workers", "0"),
          Map.entry("max_parallel_workers_per_gather", "0"),
          Map.entry("max_logical_replication_workers", "0"),
          Map.entry("autovacuum_max_workers", "1"),
          Map.entry("autovacuum_worker_slots", "2"),
          Map.entry("io_method", "sync"),
          Map.entry("jit", "off"),
          Map.entry("huge_pages", "off"),
          // Shared memory in files of the data folder, so that nothing is left in /dev/shm.
          Map.entry("dynamic_shared_memory_type", "mmap"),
          Map.entry("random_page_cost", "1.1"),
          Map.entry("timezone", "UTC"),
          Map.entry("log_timezone", "UTC"),
          Map.entry("log_line_prefix", "%m [%p] "),
          Map.entry("log_checkpoints", "off"),
          Map.entry("logging_collector", "off"));
}
