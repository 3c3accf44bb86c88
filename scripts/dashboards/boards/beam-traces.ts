import type { Row } from '../board.ts'
import { exemplars, graph, lines, prom, quantile, table, traces } from '../shared.ts'

const instrumented = (name: string): string =>
  `Has data once an application with ${name} sends traces to the OTLP gateway (otlp.SUFFIX, ports 4317 and 4318).`

/**
 * OpenTelemetry's packages for Erlang and Elixir send spans, of which Tempo makes metrics: opentelemetry_phoenix ("GET /route",
 * kind server), opentelemetry_ecto (kind client, db.system), opentelemetry_oban ("process QUEUE", messaging.system = oban).
 */
export const beamTraces: readonly Row[] = [
  {
    title: 'By OpenTelemetry’s traces',
    panels: [
      graph(
        'Phoenix: requests by route',
        'reqps',
        'Spans of the kind server, named METHOD /route; the dots are traces.',
        prom(
          'sum by (service, span_name) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[$__rate_interval]))',
          '{{service}} {{span_name}}',
        ),
        { width: 8, needs: instrumented('opentelemetry_phoenix') },
      ),
      graph(
        'Ecto: duration by query (95 %)',
        's',
        'Spans of the kind client.',
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
          needs: instrumented('opentelemetry_phoenix'),
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
