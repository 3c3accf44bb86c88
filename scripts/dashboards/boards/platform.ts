import type { Board } from '../board.ts'
import { graph, lines, loki, needs, now, prom, stat, steps, table, traces } from '../shared.ts'
import { tiers } from '../services.ts'
import { databases, memory, ofContainers, processor } from '../use.ts'

const jobs = tiers.flatMap((tier): readonly string[] => tier.jobs).filter((job) => !databases.includes(job))

/** The home of Grafana (assets/stack/grafana/compose.yaml): the whole stack at one look. */
export const platform: Board = {
  name: 'platform',
  title: 'Platform overview',
  says: 'What runs, what fires, what it takes of the machine, and what it says. The other dashboards are in the menu above.',
  rows: [
    {
      title: 'Now',
      panels: [
        stat(
          'Services with metrics',
          'none',
          'Whether Prometheus gets the metrics of each service. Down: the service is stopped, or does not answer.',
          now('up or pg_up', '{{job}}'),
          { width: 24, height: 4, steps: steps.up, words: ['down', 'up'] },
        ),
        table(
          'Alerts that fire',
          'none',
          'Each alert with the service that it is about. The rules are in Prometheus, /alerts.',
          now('sum by (service, severity, alertname) (ALERTS{alertstate="firing"})'),
          { needs: needs.alert, height: 7 },
        ),
        graph(
          'Lines by level',
          'cps',
          'Log lines of all services a second, by the level that Loki found in them.',
          loki('sum by (detected_level) (rate({service_name=~".+"}[$__auto]))', '{{detected_level}}'),
          { stacked: true, height: 7 },
        ),
      ],
    },
    {
      title: 'What the services take',
      panels: [
        ...ofContainers(),
        graph('Memory by own count', 'bytes', 'Resident memory by the program’s own count.', memory(jobs)),
        graph('CPU by own count', 'percentunit', '100 % is one core.', processor(jobs)),
      ],
    },
    {
      title: 'Traces and logs',
      panels: [
        graph(
          'Requests by service (from traces)',
          'reqps',
          'Spans a second that Tempo counted.',
          prom('sum by (service) (rate(traces_spanmetrics_calls_total[$__rate_interval]))', '{{service}}'),
          { needs: needs.trace },
        ),
        table('Newest traces', 'none', 'A row opens its trace.', traces('{}'), { needs: needs.trace }),
        lines('Container logs', 'Of every container of the stack and every pod.', '{service_name=~".+"}'),
      ],
    },
    {
      title: 'Applications',
      panels: [
        graph(
          'Memory by pod',
          'bytes',
          'Working set: what the kernel cannot take back, and what a limit is compared with.',
          prom(
            'sum by (pod) (container_memory_working_set_bytes{namespace="macula", container!=""})',
            '{{pod}}',
          ),
          { width: 8, needs: needs.cluster },
        ),
        graph(
          'CPU by pod',
          'percentunit',
          '100 % is one core.',
          prom(
            'sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="macula", container!=""}[$__rate_interval]))',
            '{{pod}}',
          ),
          { width: 8, needs: needs.cluster },
        ),
        graph(
          "Requests through the cluster's ingress",
          'reqps',
          'By the count of the ingress controller’s nginx, its own health checks among them.',
          prom(
            'sum by (cluster) (rate(nginx_ingress_nginx_http_requests_total[$__rate_interval]))',
            '{{cluster}}',
          ),
          { width: 8, needs: needs.cluster },
        ),
        lines(
          'Logs of applications',
          'Of the pods of the applications’ namespace.',
          '{cluster=~".+", namespace="macula"}',
          { needs: needs.cluster },
        ),
      ],
    },
  ],
}
