import type { Board } from '../board.ts'
import { graph, lines, prom, quantile, share, stat, steps, now, needs } from '../shared.ts'

const busy = 'Has data once images are pushed or pulled.'

/** The names are distribution's (CNCF distribution 3.1, `debug.prometheus`; the same in 2.8, which the tests run). */
export const registry: Board = {
  name: 'registry',
  title: 'Registry',
  says: 'Pushes and pulls: how many, how long they take, what fails, and what the disk does meanwhile.',
  rows: [
    {
      title: 'Requests',
      panels: [
        stat(
          'Up',
          'none',
          'Whether the registry answers Prometheus.',
          now('up{job="registry"}', 'registry'),
          {
            width: 4,
            steps: steps.up,
            words: ['down', 'up'],
          },
        ),
        graph(
          'In flight',
          'short',
          'Requests that are being answered, by what they ask for. One blob upload that stays for minutes is a large layer, or a client that hangs.',
          prom('sum by (handler) (registry_http_in_flight_requests)', '{{handler}}'),
          { width: 20 },
        ),
        graph(
          'Requests by code',
          'reqps',
          '401 and 404 belong to every push: the client asks first what is there.',
          prom('sum by (code) (rate(registry_http_requests_total[$__rate_interval]))', '{{code}}'),
          { stacked: true, needs: busy },
        ),
        graph(
          'Requests by what they ask for',
          'reqps',
          'blob and blob_upload are layers, manifest is an image’s list of them.',
          prom(
            'sum by (handler, method) (rate(registry_http_requests_total[$__rate_interval]))',
            '{{method}} {{handler}}',
          ),
          { stacked: true, needs: busy },
        ),
        graph(
          'Share of server errors',
          'percentunit',
          'Answers of 500 and more of all. The disk is full, or the volume cannot be written.',
          prom(share('registry_http_requests_total{code=~"5.."}', 'registry_http_requests_total'), 'errors'),
          { min: 0, max: 1, needs: needs.error },
        ),
        graph(
          'Duration (95 %)',
          's',
          'Ninety-five of a hundred requests take less.',
          prom(quantile(0.95, 'registry_http_request_duration_seconds_bucket', 'handler'), '{{handler}}'),
          { needs: busy },
        ),
      ],
    },
    {
      title: 'Storage',
      panels: [
        graph(
          'Bytes in and out',
          'Bps',
          'Bodies of requests (pushes) and of answers (pulls).',
          [
            prom('sum(rate(registry_http_request_size_bytes_sum[$__rate_interval]))', 'in'),
            prom('sum(rate(registry_http_response_size_bytes_sum[$__rate_interval]))', 'out'),
          ],
          { needs: busy },
        ),
        graph(
          'Time of the file system (95 %)',
          's',
          'What one operation of the storage takes. Seconds here are the disk, not the network.',
          prom(quantile(0.95, 'registry_storage_action_seconds_bucket', 'action'), '{{action}}'),
          { needs: busy },
        ),
        lines('Log', 'Of the registry.', '{service_name="registry"}'),
      ],
    },
  ],
}
