import type { Row } from '../board.ts'
import { exemplars, graph, lines, prom, quantile, table, traces } from '../shared.ts'

const instrumented = (name: string): string =>
  `Has data once an application with ${name} sends traces to the OTLP gateway (otlp.SUFFIX, ports 4317 and 4318).`

/**
 * OpenTelemetry's packages for Erlang and Elixir send spans and no metrics (no package of opentelemetry-erlang-contrib makes an
 * instrument); Tempo makes metrics of the spans. As in the sources of that repository: opentelemetry_bandit or
 * opentelemetry_cowboy begin the span of a request (kind server), which opentelemetry_phoenix 2.0 names "GET /route";
 * opentelemetry_ecto: kind client, db.system, named "REPO.query:table" (1.2) or "SELECT table" (2.0); opentelemetry_oban 1.2:
 * kind consumer, "process QUEUE", messaging.system = oban. LiveView's spans are of the kind server too ("View.mount").
 */
export const beamTraces: readonly Row[] = [
  {
    title: 'By OpenTelemetry’s traces',
    panels: [
      graph(
        'Phoenix: requests by route',
        'reqps',
        'Spans of the kind server, named METHOD /route; LiveView’s own are left out.',
        prom(
          'sum by (service, span_name) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER", span_name=~"[A-Z]+( /.*)?"}[$__rate_interval]))',
          '{{service}} {{span_name}}',
        ),
        { width: 8, needs: instrumented('opentelemetry_phoenix and opentelemetry_bandit (or _cowboy)') },
      ),
      graph(
        'Ecto: duration by query (95 %)',
        's',
        'Spans of the kind client: queries, named by table, and requests to others by HTTP.',
        exemplars(
          quantile(
            0.95,
            'traces_spanmetrics_latency_bucket{span_kind="SPAN_KIND_CLIENT"}',
            'service, span_name',
          ),
          '{{service}} {{span_name}}',
        ),
        { width: 8, needs: instrumented('opentelemetry_ecto') },
      ),
      graph(
        'Oban: jobs by queue',
        'ops',
        'Spans of the kind consumer, named process QUEUE.',
        prom(
          'sum by (service, span_name) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_CONSUMER"}[$__rate_interval]))',
          '{{service}} {{span_name}}',
        ),
        { width: 8, needs: instrumented('opentelemetry_oban') },
      ),
      table(
        'Slow requests',
        'none',
        'Of Phoenix, longer than half a second; a row opens its trace.',
        traces('{ kind = server && duration > 500ms }'),
        {
          width: 8,
          needs: instrumented('opentelemetry_phoenix and opentelemetry_bandit (or _cowboy)'),
        },
      ),
      table(
        'Queries',
        'none',
        'Spans of Ecto, newest first.',
        traces('{ span.db.system != nil || span.db.system.name != nil }', 'spans'),
        {
          width: 8,
          needs: instrumented('opentelemetry_ecto'),
        },
      ),
      table(
        'Jobs that failed',
        'none',
        'Spans of Oban with an error.',
        traces('{ span.messaging.system = "oban" && status = error }', 'spans'),
        {
          width: 8,
          needs: instrumented('opentelemetry_oban'),
        },
      ),
    ],
  },
  {
    title: 'Logs',
    panels: [
      lines(
        'Crashes',
        'What Erlang and Elixir write when a process ends by an error.',
        '{service_name=~".+"} |~ "GenServer .+ terminating|CRASH REPORT|\\\\*\\\\* \\\\([A-Z][A-Za-z.]+Error\\\\)"',
        {
          needs: 'Has data once a process of such a program crashed.',
        },
      ),
    ],
  },
]
