import type { Board } from '../board.ts'
import { graph, lines, loki } from '../shared.ts'

const logged =
  'Has data once the ingress writes a line of JSON a request (fields host, status, request_time in seconds); today it writes errors only.'

/** Lines of requests: nginx writes them, `json` reads their fields (Loki, "LogQL: Log query stages", JSON parser). */
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
          {
            stacked: true,
            needs: logged,
          },
        ),
        graph(
          'Answers by code',
          'reqps',
          '502 and 504: the service behind the name does not answer.',
          loki(`sum by (status) (rate(${request} [$__auto]))`, '{{status}}'),
          {
            stacked: true,
            needs: logged,
          },
        ),
        graph(
          'Errors by name',
          'reqps',
          'Answers of 500 and more.',
          loki(`sum by (host) (rate(${failed} [$__auto]))`, '{{host}}'),
          {
            needs: logged,
          },
        ),
        graph(
          'Duration by name (95 %)',
          's',
          'From the first byte of the request to the last of the answer. Pushes of large layers and WebSockets are long.',
          loki(
            `quantile_over_time(0.95, ${request} | unwrap request_time | __error__="" [$__auto]) by (host)`,
            '{{host}}',
          ),
          { needs: logged },
        ),
      ],
    },
    {
      title: 'Log',
      panels: [
        lines('Requests that failed', 'Answers of 500 and more.', failed, { needs: logged }),
        lines(
          'Errors and starts',
          'What nginx says by itself: names that are not there, services that do not answer.',
          '{service_name="ingress"}',
          {
            needs: 'Has data once nginx has something to say; a start writes some lines.',
          },
        ),
      ],
    },
  ],
}
