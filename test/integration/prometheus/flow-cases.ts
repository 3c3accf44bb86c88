import { job, once, type Case, type Cases } from './cases.ts'

/** Ten minutes of none, five of ten a scrape, then none: a counter of what fails; and one of all. */
const burst = (bad: string, all: string, good = '0+20x400'): Readonly<Record<string, string>> => ({
  [bad]: '0x40 10+10x20 210x400',
  ...(all === '' ? {} : { [all]: good }),
})
const bursts = { quiet: '9m', fires: '14m', over: '25m' } as const

const errors = (
  service: string,
  summary: string,
  dashboard: string,
  series: Case['series'],
  labels: Case['labels'] = {},
): Case => ({
  alert: 'ErrorBurst',
  service,
  severity: 'warning',
  dashboard,
  summary,
  labels,
  series,
  ...bursts,
})

const telemetry = (
  alert: string,
  service: string,
  summary: string,
  series: Case['series'],
  labels: Case['labels'] = {},
): Case => ({
  alert,
  service,
  severity: 'warning',
  dashboard: 'macula-observability',
  summary,
  labels,
  series,
  quiet: '9m',
  fires: '12m',
  over: '25m',
})

/** What fails, is slow or is lost. */
export const flowCases: Cases = {
  requests: [
    errors(
      'registry',
      'The registry fails pushes or pulls',
      'macula-registry',
      burst('registry_http_requests_total{code="500"}', 'registry_http_requests_total{code="200"}'),
    ),
    errors(
      'object-store',
      'The object store fails requests',
      'macula-object-store',
      burst('minio_s3_requests_5xx_errors_total', 'minio_s3_requests_total'),
    ),
    errors('powerdns', 'PowerDNS cannot answer', 'macula-powerdns', burst('pdns_auth_servfail_packets', '')),
    errors(
      'loki',
      'Loki fails requests',
      'macula-observability',
      burst(
        'loki_request_duration_seconds_count{status_code="500"}',
        'loki_request_duration_seconds_count{status_code="200"}',
      ),
    ),
    errors(
      'tempo',
      'Tempo fails requests',
      'macula-observability',
      burst(
        'tempo_request_duration_seconds_count{status_code="503"}',
        'tempo_request_duration_seconds_count{status_code="200"}',
      ),
    ),
    errors(
      'grafana',
      'Requests to grafana through the ingress fail',
      'macula-ingress',
      burst(
        'macula_ingress_requests_total{to="grafana", code="502"}',
        'macula_ingress_requests_total{to="grafana", code="200"}',
      ),
      { to: 'grafana' },
    ),
    errors(
      'console',
      'Requests of console fail',
      'macula-applications',
      burst(
        'traces_spanmetrics_calls_total{service="console", span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_ERROR"}',
        'traces_spanmetrics_calls_total{service="console", span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_UNSET"}',
      ),
    ),
    {
      alert: 'SlowIngress',
      service: 'grafana',
      severity: 'warning',
      dashboard: 'macula-ingress',
      summary: 'Half of the requests to grafana take longer than 3.75s',
      labels: { to: 'grafana' },
      series: {
        'macula_ingress_requests_total{to="grafana", code="200"}': '0+2x400',
        'macula_ingress_request_duration_seconds_bucket{to="grafana", code="200", le="1"}':
          '0+2x40 82x40 82+2x400',
        'macula_ingress_request_duration_seconds_bucket{to="grafana", code="200", le="2.5"}':
          '0+2x40 82x40 82+2x400',
        'macula_ingress_request_duration_seconds_bucket{to="grafana", code="200", le="5"}':
          '0+2x40 82+2x40 164+2x400',
        'macula_ingress_request_duration_seconds_bucket{to="grafana", code="200", le="+Inf"}':
          '0+2x40 82+2x40 164+2x400',
      },
      quiet: '10m',
      fires: '19m',
      over: '30m',
    },
    {
      alert: 'SlowRequests',
      service: 'console',
      severity: 'warning',
      dashboard: 'macula-applications',
      summary: 'One in twenty requests of console takes longer than 3.9s',
      series: {
        'traces_spanmetrics_calls_total{service="console", span_kind="SPAN_KIND_SERVER"}': '0+2x400',
        'traces_spanmetrics_latency_bucket{service="console", span_kind="SPAN_KIND_SERVER", le="1"}':
          '0+2x40 82x40 82+2x400',
        'traces_spanmetrics_latency_bucket{service="console", span_kind="SPAN_KIND_SERVER", le="2"}':
          '0+2x40 82x40 82+2x400',
        'traces_spanmetrics_latency_bucket{service="console", span_kind="SPAN_KIND_SERVER", le="4"}':
          '0+2x40 82+2x40 164+2x400',
        'traces_spanmetrics_latency_bucket{service="console", span_kind="SPAN_KIND_SERVER", le="+Inf"}':
          '0+2x40 82+2x40 164+2x400',
      },
      quiet: '10m',
      fires: '19m',
      over: '30m',
    },
  ],
  telemetry: [
    {
      ...telemetry(
        'ScrapeFailing',
        'tempo',
        'Prometheus hardly gets the metrics of tempo',
        {
          'up{job="tempo", instance="x:1"}': '1x400',
          'scrape_samples_scraped{job="tempo", instance="x:1"}': '200x40 0x40 200x400',
        },
        job('tempo'),
      ),
      quiet: '11m',
      fires: '14m',
      over: '22m',
    },
    {
      ...telemetry(
        'ScrapeFailing',
        'grafana',
        'Prometheus hardly gets the metrics of grafana',
        { 'scrape_duration_seconds{job="grafana", instance="x:1"}': '1x40 9x40 1x400' },
        job('grafana'),
      ),
      quiet: '11m',
      fires: '14m',
      over: '22m',
    },
    telemetry('LogsDropped', 'alloy', 'Alloy gave up log lines that Loki did not take', {
      loki_write_dropped_entries_total: once,
    }),
    ...[
      'otelcol_exporter_send_failed_spans_total',
      'otelcol_exporter_send_failed_log_records_total',
      'otelcol_exporter_send_failed_metric_points_total',
      'otelcol_receiver_refused_spans_total',
      'otelcol_receiver_refused_log_records_total',
      'otelcol_receiver_refused_metric_points_total',
      'prometheus_remote_storage_samples_failed_total{job="alloy"}',
      'prometheus_remote_storage_samples_dropped_total{job="alloy"}',
    ].map((metric) =>
      telemetry('TelemetryDropped', 'alloy', 'Traces, logs or metrics are lost on their way through Alloy', {
        [metric]: once,
      }),
    ),
    telemetry(
      'LinesRefused',
      'loki',
      'Loki refused log lines: rate_limited',
      { 'loki_discarded_samples_total{reason="rate_limited"}': once },
      { reason: 'rate_limited' },
    ),
    telemetry(
      'SpansRefused',
      'tempo',
      'Tempo refused spans: trace_too_large',
      { 'tempo_discarded_spans_total{reason="trace_too_large"}': once },
      { reason: 'trace_too_large' },
    ),
    {
      ...telemetry('CollectorUnhealthy', 'alloy', 'A part of Alloy’s configuration does not work', {
        'alloy_component_controller_running_components{health_type="unhealthy"}': '0x40 1x40 0x400',
      }),
      quiet: '11m',
      fires: '14m',
      over: '22m',
    },
    telemetry('RulesFailing', 'prometheus', 'Prometheus cannot use its configuration or a rule', {
      prometheus_rule_evaluation_failures_total: once,
    }),
    {
      ...telemetry('RulesFailing', 'prometheus', 'Prometheus cannot use its configuration or a rule', {
        prometheus_config_last_reload_successful: '1x40 0x20 1x400',
      }),
      over: '22m',
    },
    ...['prometheus_tsdb_wal_corruptions_total', 'prometheus_tsdb_compactions_failed_total'].map(
      (metric): Case => ({
        ...telemetry(
          'MetricsDamaged',
          'prometheus',
          'Prometheus found damaged data, or cannot write its blocks',
          {
            [metric]: once,
          },
        ),
        over: '75m',
      }),
    ),
  ],
}
