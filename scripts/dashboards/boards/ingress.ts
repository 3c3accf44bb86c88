import type { Board } from '../board.ts'
import { graph, lines, loki, needs } from '../shared.ts'

const asked = 'Has data once somebody asks for a name on port 80 (our own checks are not logged).'

/**
 * Lines of requests, one of JSON each (log_format macula in assets/stack/ingress/nginx.conf: host, service, status, duration in
 * seconds); `json` reads their fields (Loki 3.7, "Log queries", JSON parser). nginx' own lines have no status.
 */
const request = '{service_name="ingress"} | json | status != ""'
const failed = '{service_name="ingress"} | json | status >= 500'

/** The infrastructure's nginx on port 80; the clusters' is on the dashboard of applications. */
export const ingress: Board = {
  name: 'ingress',
  title: 'nginx (ingress)',
  says: 'Requests, errors and latency of the names that nginx leads to services, by name.',
  rows: [
    {
      title: 'Requests',
      panels: [
        graph(
          'Requests by name',
          'reqps',
          'What is asked for on port 80.',
          loki(`sum by (host) (rate(${request} [$__auto]))`, '{{host}}'),
          { stacked: true, needs: asked },
        ),
        graph(
          'Answers by code',
          'reqps',
          '502 and 504: the service behind the name does not answer.',
          loki(`sum by (status) (rate(${request} [$__auto]))`, '{{status}}'),
          { stacked: true, needs: asked },
        ),
        graph(
          'Errors by name',
          'reqps',
          'Answers of 500 and more.',
          loki(`sum by (host) (rate(${failed} [$__auto]))`, '{{host}}'),
          { needs: needs.error },
        ),
        graph(
          'Duration by name (95 %)',
          's',
          'From the first byte of the request to the last of the answer. Pushes of large layers and WebSockets are long.',
          loki(
            `quantile_over_time(0.95, ${request} | unwrap duration | __error__="" [$__auto]) by (host)`,
            '{{host}}',
          ),
          { needs: asked },
        ),
        graph(
          'Bytes by name',
          'Bps',
          'Sent to clients, head and body.',
          loki(`sum by (host) (rate(${request} | unwrap bytes_sent | __error__="" [$__auto]))`, '{{host}}'),
          { needs: asked },
        ),
        lines('Requests that failed', 'Answers of 500 and more.', failed, {
          width: 12,
          height: 8,
          needs: needs.error,
        }),
      ],
    },
    {
      title: 'Log',
      panels: [
        lines(
          'What nginx says itself',
          'Starts, names that are not there, services that do not answer: its lines that are no requests.',
          '{service_name="ingress"} !~ "^\\\\{"',
          { needs: 'Has data once nginx has something to say; a start writes some lines.' },
        ),
        lines(
          'Requests',
          'Newest first; a line with a trace opens it.',
          '{service_name="ingress"} |~ "^\\\\{"',
          {
            needs: asked,
          },
        ),
      ],
    },
  ],
}
