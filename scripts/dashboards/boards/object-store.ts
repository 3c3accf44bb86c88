import type { Board } from '../board.ts'
import { graph, lines, now, prom, stat, steps } from '../shared.ts'

/**
 * The names are MinIO's, version 2 of its metrics ("Metrics version 2", /minio/v2/metrics/cluster), which silo keeps. Buckets one
 * by one are at another path that nothing scrapes.
 */
export const objectStore: Board = {
  name: 'object-store',
  title: 'Object store',
  says: 'Space, objects, requests and errors of the S3 service. Tempo keeps its traces here.',
  rows: [
    {
      title: 'Space',
      panels: [
        stat('Up', 'none', 'Whether it answers Prometheus.', now('up{job="object-store"}', 'object store'), {
          width: 4,
          steps: steps.up,
          words: ['down', 'up'],
        }),
        stat(
          'Disk used',
          'percentunit',
          'Of the disk that Docker keeps its volumes on: everything on it, not only objects.',
          now(
            '1 - minio_cluster_capacity_usable_free_bytes / minio_cluster_capacity_usable_total_bytes',
            'used',
          ),
          { width: 4, steps: steps.filling },
        ),
        stat('Buckets', 'short', 'How many there are.', now('minio_cluster_bucket_total', 'buckets'), {
          width: 4,
        }),
        stat(
          'Objects',
          'short',
          'As its scanner counted them last.',
          now('minio_cluster_usage_object_total', 'objects'),
          { width: 4 },
        ),
        graph(
          'Size of all objects',
          'bytes',
          'As its scanner counted them last.',
          prom('minio_cluster_usage_total_bytes', 'objects'),
          { width: 8 },
        ),
        graph(
          'Free on its disk',
          'bytes',
          'At nothing, every write fails: of Tempo, the databases and the registry too.',
          prom('minio_cluster_capacity_usable_free_bytes', 'free'),
        ),
        graph(
          'Memory',
          'bytes',
          'Resident.',
          prom('minio_node_process_resident_memory_bytes', 'object store'),
        ),
      ],
    },
    {
      title: 'Requests',
      panels: [
        graph(
          'Requests',
          'reqps',
          'By S3 operation.',
          prom('sum by (api) (rate(minio_s3_requests_total[$__rate_interval]))', '{{api}}'),
          { stacked: true },
        ),
        graph(
          'Errors',
          'reqps',
          '4xx: the client asked wrongly (a bucket that is not there, a wrong key). 5xx: the store failed.',
          [
            prom('sum(rate(minio_s3_requests_4xx_errors_total[$__rate_interval]))', '4xx'),
            prom('sum(rate(minio_s3_requests_5xx_errors_total[$__rate_interval]))', '5xx'),
            prom('sum(rate(minio_s3_requests_rejected_auth_total[$__rate_interval]))', 'wrong key'),
          ],
        ),
        graph('Bytes in and out', 'Bps', 'Bodies of requests and answers.', [
          prom('sum(rate(minio_s3_traffic_received_bytes[$__rate_interval]))', 'in'),
          prom('sum(rate(minio_s3_traffic_sent_bytes[$__rate_interval]))', 'out'),
        ]),
        graph('In flight', 'short', 'Being answered, and waiting for it.', [
          prom('sum(minio_s3_requests_inflight_total)', 'in flight'),
          prom('sum(minio_s3_requests_waiting_total)', 'waiting'),
        ]),
        lines('Log', 'Of the object store.', '{service_name="object-store"}'),
      ],
    },
  ],
}
