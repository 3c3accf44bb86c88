/**
 * Who exports which metric, and where that is written. Dashboards and alert rules use no other name (test/unit/dashboards); what the
 * tests' machine has as a real program is asked of it (test/integration/whole/dashboards.test.ts).
 */
export interface Exporter {
  /** The service, or what else sends them. */
  readonly by: string
  /** Where the names are from. */
  readonly source: string
  readonly names: readonly string[]
}

const spread = (prefix: string, names: string): readonly string[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${prefix}${name}`)

export const exporters: readonly Exporter[] = [
  {
    by: 'prometheus',
    source:
      'Prometheus 3.13, "Jobs and instances" (up, scrape_*), "Alerting rules" (ALERTS), and its /metrics',
    names: [
      'up',
      'ALERTS',
      ...spread('scrape_', 'duration_seconds samples_post_metric_relabeling samples_scraped'),
      ...spread(
        'prometheus_',
        `http_requests_total rule_group_last_duration_seconds tsdb_head_samples_appended_total
         rule_evaluation_failures_total tsdb_head_series tsdb_retention_limit_bytes tsdb_storage_blocks_bytes
         tsdb_wal_storage_size_bytes tsdb_wal_corruptions_total tsdb_compactions_failed_total
         config_last_reload_successful`,
      ),
    ],
  },
  {
    by: 'go',
    source:
      'Prometheus’ client library for Go, "process collector": Prometheus, Grafana, Loki, Tempo, the registry',
    names: spread('process_', 'cpu_seconds_total resident_memory_bytes start_time_seconds'),
  },
  {
    by: 'registry',
    source: 'CNCF distribution 3.1, "Configuration", debug.prometheus, and its /metrics',
    names: spread(
      'registry_',
      `http_in_flight_requests http_request_duration_seconds_bucket http_request_size_bytes_sum http_requests_total
       http_response_size_bytes_sum storage_action_seconds_bucket`,
    ),
  },
  {
    by: 'powerdns',
    // Its counters' names with _ for - (5.1.4, pdns/ws-auth.cc); `latency` is an average in microseconds, `*_msec` counters.
    source: 'PowerDNS Authoritative Server 5.1, "Performance and Tuning", Counters, and its /metrics',
    names: spread(
      'pdns_auth_',
      `corrupt_packets latency overload_drops packetcache_hit packetcache_miss query_cache_hit query_cache_miss
       real_memory_usage servfail_packets sys_msec tcp_queries timedout_packets udp_queries uptime user_msec`,
    ),
  },
  {
    by: 'grafana',
    source:
      'Grafana, pkg/middleware/request_metrics.go (labels handler, status_code, method; exemplars named traceID)',
    names: spread('grafana_http_request_duration_seconds_', 'bucket count'),
  },
  {
    by: 'loki',
    source: 'Loki 3.7, "Monitor Loki" (Metrics)',
    names: spread(
      'loki_',
      `discarded_samples_total distributor_bytes_received_total ingester_memory_streams request_duration_seconds_bucket
       request_duration_seconds_count`,
    ),
  },
  {
    by: 'tempo',
    source: 'Tempo 3.0, "Monitor Tempo" and "Troubleshoot metrics-generator"',
    names: [
      ...spread(
        'tempo_',
        `discarded_spans_total distributor_spans_received_total metrics_generator_registry_active_series
         request_duration_seconds_bucket request_duration_seconds_count`,
      ),
      'tempodb_blocklist_length',
    ],
  },
  {
    by: 'alloy',
    source:
      'Alloy 1.18, references of loki.write, otelcol.receiver.otlp, otelcol.exporter.otlp and otlphttp (Debug metrics); "Monitor controller"',
    names: [
      // Its process is told under a prefix of its own (1.18.1, internal/alloycli/resources_collector.go), not as `process_`.
      ...spread(
        'alloy_',
        'component_controller_running_components resources_process_cpu_seconds_total resources_process_resident_memory_bytes resources_process_start_time_seconds',
      ),
      // Of assets/stack/alloy/config.alloy (loki.process, stage.metrics).
      ...spread('macula_ingress_', 'requests_total request_duration_seconds_bucket'),
      ...spread('loki_write_', 'dropped_entries_total sent_entries_total'),
      ...spread(
        'otelcol_',
        `exporter_queue_size exporter_send_failed_log_records_total exporter_send_failed_metric_points_total
         exporter_send_failed_spans_total exporter_sent_log_records_total exporter_sent_metric_points_total
         exporter_sent_spans_total receiver_accepted_spans_total receiver_refused_log_records_total
         receiver_refused_metric_points_total receiver_refused_spans_total`,
      ),
      'loki_process_dropped_lines_total',
      ...spread('prometheus_remote_storage_', 'samples_dropped_total samples_failed_total'),
    ],
  },
  {
    by: 'alloy',
    source:
      'postgres_exporter 0.19 as Alloy 1.18.1 carries it (its go.mod: grafana/postgres_exporter 9c2c77e3702a), the sources of its collectors and exporter/queries.go',
    names: spread(
      'pg_',
      `database_size_bytes locks_count long_running_transactions_oldest_timestamp_seconds settings_max_connections
       stat_activity_count stat_database_blks_hit stat_database_blks_read stat_database_deadlocks
       stat_database_numbackends stat_database_temp_bytes stat_database_xact_commit stat_database_xact_rollback
       stat_statements_seconds_total stat_user_tables_n_dead_tup up`,
    ),
  },
  {
    by: 'alloy',
    source: 'assets/stack/alloy/timescaledb.yml: named after query and column',
    names: spread(
      'timescaledb_',
      'chunks compressed_chunks compression_after_bytes compression_before_bytes hypertable_size_bytes',
    ),
  },
  {
    by: 'alloy',
    source:
      'cAdvisor 0.54.1 as Alloy 1.18.1 carries it, metrics/prometheus.go; those that assets/stack/alloy/config.alloy keeps',
    names: [
      'macula_container_info',
      ...spread(
        'container_',
        'cpu_usage_seconds_total memory_working_set_bytes spec_memory_limit_bytes start_time_seconds',
      ),
    ],
  },
  {
    by: 'alloy',
    source: 'Recorded of those: assets/stack/prometheus/rules/containers.yml',
    names: spread(
      'service:container_',
      'cpu_usage_seconds:rate1m memory_of_limit:ratio memory_working_set_bytes:sum start_time_seconds:max',
    ),
  },
  {
    by: 'object-store',
    // Its list (docs/metrics/prometheus/list.md) has `minio_cluster_buckets_total` and /minio/metrics/v2/cluster; what it serves is
    // named by the source (cmd/metrics-v2.go, bucketsSubsystem; cmd/metrics-router.go), and so here. The process' own metrics come
    // from that path too: of a cluster it collects those of each node.
    source: 'MinIO, "Metrics version 2" (/minio/v2/metrics/cluster), which silo keeps',
    names: spread(
      'minio_',
      `cluster_bucket_total cluster_capacity_usable_free_bytes cluster_capacity_usable_total_bytes
       cluster_usage_object_total cluster_usage_total_bytes node_process_cpu_total_seconds
       node_process_resident_memory_bytes node_process_starttime_seconds s3_requests_4xx_errors_total
       s3_requests_5xx_errors_total s3_requests_inflight_total s3_requests_rejected_auth_total s3_requests_total
       s3_requests_waiting_total s3_traffic_received_bytes s3_traffic_sent_bytes`,
    ),
  },
  {
    by: 'traces',
    // In seconds, though its name says no unit (3.0.3, modules/generator/processor/spanmetrics/spanmetrics.go).
    source: 'Tempo 3.0, "Span metrics" and "Service graphs": of its metrics generator, by remote write',
    names: spread(
      'traces_',
      'service_graph_request_total spanmetrics_calls_total spanmetrics_latency_bucket',
    ),
  },
  {
    by: 'cluster',
    source: 'Kubernetes 1.37, "Kubernetes Metrics Reference" and cAdvisor’s "Prometheus container metrics"',
    names: [
      ...spread(
        'container_',
        `cpu_usage_seconds_total fs_limit_bytes fs_usage_bytes memory_working_set_bytes network_receive_bytes_total
         network_transmit_bytes_total start_time_seconds`,
      ),
      ...spread(
        'kubelet_',
        `running_pods volume_stats_capacity_bytes volume_stats_used_bytes certificate_manager_client_ttl_seconds
         certificate_manager_client_expiration_renew_errors`,
      ),
    ],
  },
  {
    by: 'cluster',
    source: 'F5 NGINX Ingress Controller 5, "Prometheus" (-enable-prometheus-metrics)',
    names: [
      ...spread('nginx_ingress_nginx_', 'connections_active http_requests_total'),
      ...spread('nginx_ingress_controller_', 'ingress_resources_total nginx_last_reload_status'),
    ],
  },
]

/**
 * PromEx’ names without OTP_APP_prom_ex_ before them, and their labels, as in the sources of its 1.11.0 (lib/prom_ex/plugins/beam.ex,
 * phoenix.ex, ecto.ex and oban.ex; durations in its default unit, milliseconds).
 */
export const promExNames: readonly string[] = [
  ...spread(
    'beam_',
    `memory_allocated_bytes memory_atom_total_bytes memory_binary_total_bytes memory_code_total_bytes
     memory_ets_total_bytes memory_processes_total_bytes stats_active_task_count stats_atom_count stats_ets_count
     stats_gc_count stats_port_count stats_port_io_byte_count stats_process_count stats_reduction_count
     stats_run_queue_count system_schedulers_online_info`,
  ),
  ...spread(
    'phoenix_',
    `channel_handled_in_duration_milliseconds_bucket channel_joined_total http_request_duration_milliseconds_bucket
     http_requests_total socket_connected_duration_milliseconds_count`,
  ),
  ...spread(
    'ecto_repo_query_',
    'execution_time_milliseconds_bucket execution_time_milliseconds_count queue_time_milliseconds_bucket',
  ),
  ...spread(
    'oban_',
    `job_exception_duration_milliseconds_count job_processing_duration_milliseconds_bucket
     job_processing_duration_milliseconds_count queue_length_count`,
  ),
]

/** Who exports a metric; undefined: nobody that we know. */
export const exporterOf = (name: string): Exporter | undefined =>
  exporters.find(({ names }) => names.includes(name))
