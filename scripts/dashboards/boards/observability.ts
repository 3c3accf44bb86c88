import type { Board, Row } from '../board.ts'
import { graph, needs, now, prom, quantile, stat, steps } from '../shared.ts'
import { tiers } from '../services.ts'
import { tierRows } from './tiers.ts'

/** Prometheus 3.13: its own /metrics, read from the real program. */
const prometheus: Row = {
  title: 'Prometheus',
  panels: [
    graph(
      'Series and new series',
      'short',
      'Series in memory. They are what Prometheus’ memory goes into.',
      [prom('prometheus_tsdb_head_series', 'series')],
      { width: 8 },
    ),
    graph(
      'Samples taken in',
      'cps',
      'By scraping; and all, with what is written to it (Tempo, Alloy, clusters) and what comes by OTLP.',
      [
        prom('sum(scrape_samples_scraped) / 15', 'scraped'),
        prom(
          'sum(rate(prometheus_tsdb_head_samples_appended_total{job="prometheus"}[$__rate_interval]))',
          'all',
        ),
      ],
      { width: 8 },
    ),
    graph(
      'Disk',
      'bytes',
      'Blocks and the log before them. Blocks go after 7 days, or when they are 2 GB.',
      [
        prom('prometheus_tsdb_storage_blocks_bytes', 'blocks'),
        prom('prometheus_tsdb_wal_storage_size_bytes', 'log (WAL)'),
        prom('prometheus_tsdb_retention_limit_bytes', 'limit'),
      ],
      { width: 8 },
    ),
    graph('Rules', 's', 'What one evaluation of a group of alert rules takes.', [
      prom('sum by (rule_group) (prometheus_rule_group_last_duration_seconds)', '{{rule_group}}'),
    ]),
    graph('Requests', 'reqps', 'Queries of Grafana and of this machine.', [
      prom('sum by (code) (rate(prometheus_http_requests_total[$__rate_interval]))', '{{code}}'),
    ]),
  ],
}

/** Loki 3.7 ("Observability", Metrics). */
const loki: Row = {
  title: 'Loki',
  panels: [
    graph(
      'Taken in',
      'Bps',
      'Bytes of lines a second.',
      [prom('sum(rate(loki_distributor_bytes_received_total[$__rate_interval]))', 'bytes')],
      { width: 8 },
    ),
    graph(
      'Streams',
      'short',
      'Sets of labels in memory. Thousands of them are a label that should be in the line.',
      [prom('sum(loki_ingester_memory_streams)', 'streams')],
      { width: 8 },
    ),
    graph(
      'Refused lines',
      'cps',
      'By reason: too old, too many, too long.',
      [prom('sum by (reason) (rate(loki_discarded_samples_total[$__rate_interval]))', '{{reason}}')],
      { width: 8, needs: needs.drop },
    ),
    graph('Duration of requests (95 %)', 's', 'By route; query_range is what dashboards ask.', [
      prom(quantile(0.95, 'loki_request_duration_seconds_bucket', 'route'), '{{route}}'),
    ]),
    graph(
      'Requests by code',
      'reqps',
      '5xx: its disk is full, or it is short of memory.',
      [
        prom(
          'sum by (status_code) (rate(loki_request_duration_seconds_count[$__rate_interval]))',
          '{{status_code}}',
        ),
      ],
      { stacked: true },
    ),
  ],
}

/** Tempo 3.0 ("Monitor Tempo"; upgrade guide of 3.0 for what ingesters were). */
const tempo: Row = {
  title: 'Tempo',
  panels: [
    graph(
      'Spans taken in',
      'cps',
      'Spans a second.',
      [prom('sum(rate(tempo_distributor_spans_received_total[$__rate_interval]))', 'spans')],
      { width: 8, needs: needs.trace },
    ),
    graph(
      'Refused spans',
      'cps',
      'By reason: a trace that is too large, too many at once.',
      [prom('sum by (reason) (rate(tempo_discarded_spans_total[$__rate_interval]))', '{{reason}}')],
      { width: 8, needs: needs.drop },
    ),
    graph(
      'Blocks',
      'short',
      'Blocks in the object store. They go after 7 days.',
      [prom('sum(tempodb_blocklist_length)', 'blocks')],
      { width: 8, needs: needs.trace },
    ),
    graph(
      'Series from traces',
      'short',
      'Series that the metrics generator writes to Prometheus (span metrics, service graph).',
      [prom('sum(tempo_metrics_generator_registry_active_series)', 'series')],
      { needs: needs.trace },
    ),
    graph('Duration of requests (95 %)', 's', 'By route.', [
      prom(quantile(0.95, 'tempo_request_duration_seconds_bucket', 'route'), '{{route}}'),
    ]),
  ],
}

/** Alloy 1.18 (references of loki.write, otelcol.receiver.otlp, otelcol.exporter.otlp: Debug metrics). */
const alloy: Row = {
  title: 'Alloy',
  panels: [
    stat(
      'Parts that are not healthy',
      'none',
      'Components of its configuration that do not work.',
      now(
        'sum(alloy_component_controller_running_components{health_type!="healthy"}) or vector(0)',
        'components',
      ),
      { width: 8, steps: steps.none },
    ),
    graph(
      'Log lines',
      'cps',
      'Sent to Loki, and given up because Loki did not take them.',
      [
        prom('sum(rate(loki_write_sent_entries_total[$__rate_interval]))', 'sent'),
        prom('sum(rate(loki_write_dropped_entries_total[$__rate_interval]))', 'dropped'),
        prom('sum(rate(loki_process_dropped_lines_total[$__rate_interval]))', 'own checks left out'),
      ],
      { width: 8 },
    ),
    graph(
      'Waiting',
      'short',
      'Batches that wait for Tempo, Loki or Prometheus. A queue that grows is a service that does not take them.',
      [prom('sum by (component_id) (otelcol_exporter_queue_size)', '{{component_id}}')],
      { width: 8, needs: needs.otlp },
    ),
    graph(
      'Spans',
      'cps',
      'From applications, and on to Tempo.',
      [
        prom('sum(rate(otelcol_receiver_accepted_spans_total[$__rate_interval]))', 'taken'),
        prom('sum(rate(otelcol_receiver_refused_spans_total[$__rate_interval]))', 'refused'),
        prom('sum(rate(otelcol_exporter_sent_spans_total[$__rate_interval]))', 'sent'),
        prom('sum(rate(otelcol_exporter_send_failed_spans_total[$__rate_interval]))', 'failed'),
      ],
      { needs: needs.otlp },
    ),
    graph(
      'Metric points and log records',
      'cps',
      'By OTLP from applications, on to Prometheus and Loki.',
      [
        prom('sum(rate(otelcol_exporter_sent_metric_points_total[$__rate_interval]))', 'points sent'),
        prom(
          'sum(rate(otelcol_exporter_send_failed_metric_points_total[$__rate_interval]))',
          'points failed',
        ),
        prom(
          'sum(rate(prometheus_remote_storage_samples_failed_total{job="alloy"}[$__rate_interval]))',
          'samples of exporters failed',
        ),
        prom('sum(rate(otelcol_exporter_sent_log_records_total[$__rate_interval]))', 'records sent'),
        prom('sum(rate(otelcol_exporter_send_failed_log_records_total[$__rate_interval]))', 'records failed'),
      ],
      { needs: needs.otlp },
    ),
  ],
}

/** Grafana 13.2 ("Set up Grafana monitoring"). */
const grafana: Row = {
  title: 'Grafana',
  panels: [
    graph(
      'Requests by code',
      'reqps',
      'Of browsers and of its own live channel.',
      [
        prom(
          'sum by (status_code) (rate(grafana_http_request_duration_seconds_count[$__rate_interval]))',
          '{{status_code}}',
        ),
      ],
      { stacked: true },
    ),
    graph('Duration of requests (95 %)', 's', 'Of everything that it is asked.', [
      prom(quantile(0.95, 'grafana_http_request_duration_seconds_bucket'), 'all'),
    ]),
  ],
}

/** The tier Observability, and each of its services in depth. */
export const observability: Board = {
  name: 'observability',
  title: 'Observability tier',
  says: 'Prometheus, Loki, Tempo, Alloy and Grafana themselves: what comes in, what is dropped, what it costs.',
  rows: [
    ...tierRows(tiers.find(({ name }) => name === 'observability') ?? tiers[0]),
    prometheus,
    loki,
    tempo,
    alloy,
    grafana,
  ],
}
