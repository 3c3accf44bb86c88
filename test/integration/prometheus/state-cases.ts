import { job, once, type Case, type Cases } from './cases.ts'

const disk = (free: string): Readonly<Record<string, string>> => ({
  'minio_cluster_capacity_usable_free_bytes{job="object-store"}': free,
  'minio_cluster_capacity_usable_total_bytes{job="object-store"}': '100x800',
})

/** What is down, full, or ends soon. */
export const stateCases: Cases = {
  services: [
    {
      alert: 'ServiceDown',
      service: 'loki',
      severity: 'critical',
      dashboard: 'macula-observability',
      summary: 'loki does not answer Prometheus',
      labels: job('loki'),
      series: { 'up{job="loki", instance="x:1"}': '1x40 0x20 1x40' },
      quiet: '10m30s',
      fires: '12m',
      over: '16m',
    },
    {
      alert: 'ServiceDown',
      service: 'registry',
      severity: 'critical',
      dashboard: 'macula-registry',
      summary: 'registry does not answer Prometheus',
      labels: job('registry'),
      // What stays down is over an hour later.
      series: { 'up{job="registry", instance="x:1"}': '1x40 0x400' },
      quiet: '10m30s',
      fires: '40m',
      over: '75m',
    },
    ...(
      [
        ['process_start_time_seconds', 'grafana', 'macula-observability', '1x40 2x3 3x3 4x400'],
        ['alloy_resources_process_start_time_seconds', 'alloy', 'macula-observability', '1x40 2x3 3x3 4x400'],
        ['minio_node_process_starttime_seconds', 'object-store', 'macula-object-store', '1x40 2x3 3x3 4x400'],
        ['pdns_auth_uptime', 'powerdns', 'macula-powerdns', '0+15x40 0+15x3 0+15x3 0+15x400'],
      ] as const
    ).map(([metric, service, dashboard, values]): Case => ({
      alert: 'ServiceRestarts',
      service,
      severity: 'warning',
      dashboard,
      summary: `${service} started 3 times within 15 minutes`,
      labels: job(service),
      series: { [`${metric}{job="${service}", instance="x:1"}`]: values },
      quiet: '10m30s',
      fires: '14m',
      over: '30m',
    })),
    {
      alert: 'PodRestarts',
      service: 'console',
      severity: 'warning',
      dashboard: 'macula-applications',
      summary: 'console-6d5f8-abcde started 4 times within 15 minutes',
      labels: {
        cluster: 'hub',
        namespace: 'macula',
        pod: 'console-6d5f8-abcde',
        container: 'console',
        app: 'console',
      },
      series: Object.fromEntries(
        ['a', 'b', 'c', 'd'].map((id, at) => [
          `container_start_time_seconds{cluster="hub", namespace="macula", pod="console-6d5f8-abcde", container="console", id="/${id}"}`,
          `_x${40 + at * 4} ${at}x${at === 3 ? 400 : 3}`,
        ]),
      ),
      quiet: '12m',
      fires: '14m',
      over: '40m',
    },
  ],
  storage: [
    {
      alert: 'DiskFilling',
      service: 'object-store',
      severity: 'warning',
      dashboard: 'macula-object-store',
      summary: 'The disk of Docker’s volumes is 92% full',
      labels: { job: 'object-store' },
      series: disk('20x40 8x40 20x400'),
      quiet: '12m',
      fires: '16m',
      over: '22m',
    },
    {
      alert: 'DiskFull',
      service: 'object-store',
      severity: 'critical',
      dashboard: 'macula-object-store',
      summary: 'The disk of Docker’s volumes is 98% full',
      labels: { job: 'object-store' },
      series: disk('20x40 2x40 20x400'),
      quiet: '10m30s',
      fires: '13m',
      over: '22m',
    },
    {
      alert: 'DiskFullSoon',
      service: 'object-store',
      severity: 'warning',
      dashboard: 'macula-object-store',
      summary: 'The disk of Docker’s volumes is full within six hours',
      labels: { job: 'object-store' },
      // 0.05 a sample is 12 an hour: from 29 it lasts two hours and a half.
      series: disk('29x240 29-0.05x240 40x400'),
      quiet: '55m',
      fires: '115m',
      over: '123m',
    },
    {
      alert: 'NodeDiskFilling',
      service: 'cluster/hub',
      severity: 'warning',
      dashboard: 'macula-applications',
      summary: 'The disk of the cluster hub is 95% full',
      labels: { cluster: 'hub', instance: 'x:1' },
      series: {
        'container_fs_usage_bytes{cluster="hub", instance="x:1", id="/"}': '50x40 95x40 50x400',
        'container_fs_limit_bytes{cluster="hub", instance="x:1", id="/"}': '100x600',
      },
      quiet: '12m',
      fires: '16m',
      over: '22m',
    },
    {
      alert: 'VolumeFilling',
      service: 'cluster/hub',
      severity: 'warning',
      dashboard: 'macula-applications',
      summary: 'The volume console-data in hub is 95% full',
      labels: { cluster: 'hub', namespace: 'macula', persistentvolumeclaim: 'console-data' },
      series: {
        'kubelet_volume_stats_used_bytes{cluster="hub", namespace="macula", persistentvolumeclaim="console-data"}':
          '50x40 95x40 50x400',
        'kubelet_volume_stats_capacity_bytes{cluster="hub", namespace="macula", persistentvolumeclaim="console-data"}':
          '100x600',
      },
      quiet: '12m',
      fires: '16m',
      over: '22m',
    },
  ],
  expiry: [
    {
      alert: 'CertificateExpiring',
      service: 'cluster/hub',
      severity: 'warning',
      dashboard: 'macula-applications',
      summary: 'The certificate of a node of hub ends in 6d 0h 0m 0s',
      labels: { cluster: 'hub', instance: 'x:1' },
      series: {
        'kubelet_certificate_manager_client_ttl_seconds{cluster="hub", instance="x:1"}':
          '9000000x40 518400x40 9000000x400',
      },
      quiet: '12m',
      fires: '16m',
      over: '22m',
    },
    {
      alert: 'CertificateNotRenewed',
      service: 'cluster/hub',
      severity: 'warning',
      dashboard: 'macula-applications',
      summary: 'A node of hub could not renew its certificate',
      labels: { cluster: 'hub', instance: 'x:1' },
      series: {
        'kubelet_certificate_manager_client_expiration_renew_errors{cluster="hub", instance="x:1"}': once,
      },
      quiet: '9m',
      fires: '20m',
      over: '75m',
    },
  ],
}
