import type { Board, Panel, Query } from '../board.ts'
import {
  exemplars,
  graph,
  lines,
  loki,
  needs,
  prom,
  quantile,
  share,
  stat,
  steps,
  now,
  table,
  traces,
} from '../shared.ts'

const inCluster = (
  title: string,
  unit: Panel['unit'],
  says: string,
  queries: Query | readonly [Query, ...Query[]],
  rest: { readonly width?: number; readonly min?: number; readonly max?: number } = {},
): Panel => graph(title, unit, says, queries, { ...rest, needs: needs.cluster })

const pods = 'cluster=~"$cluster", namespace=~"$namespace", container!=""'

/**
 * Clusters and what runs in them. The names are the kubelet's and its cAdvisor's (Kubernetes 1.37, "Kubernetes Metrics Reference")
 * and F5's NGINX Ingress Controller's ("Prometheus", -enable-prometheus-metrics); Alloy in the cluster sends them
 * (assets/cluster/base/30-observability.yaml).
 */
export const applications: Board = {
  name: 'applications',
  title: 'Applications tier (clusters)',
  says: 'KinD clusters, their nodes and pods, their ingress, and applications by their traces and logs.',
  variables: [
    {
      name: 'cluster',
      label: 'Cluster',
      source: 'prometheus',
      values: 'cluster',
      of: 'kubelet_running_pods',
    },
    {
      name: 'namespace',
      label: 'Namespace',
      source: 'prometheus',
      values: 'namespace',
      of: 'container_memory_working_set_bytes',
    },
  ],
  rows: [
    {
      title: 'Clusters',
      panels: [
        stat(
          'Pods',
          'short',
          'That the kubelet runs, by cluster.',
          now('sum by (cluster) (kubelet_running_pods{cluster=~"$cluster"})', '{{cluster}}'),
          {
            width: 6,
            needs: needs.cluster,
          },
        ),
        inCluster(
          'Memory of nodes',
          'bytes',
          'All that runs in a node.',
          prom(
            'sum by (cluster, instance) (container_memory_working_set_bytes{cluster=~"$cluster", id="/"})',
            '{{cluster}} {{instance}}',
          ),
          { width: 9 },
        ),
        inCluster(
          'CPU of nodes',
          'percentunit',
          '100 % is one core.',
          prom(
            'sum by (cluster, instance) (rate(container_cpu_usage_seconds_total{cluster=~"$cluster", id="/"}[$__rate_interval]))',
            '{{cluster}} {{instance}}',
          ),
          { width: 9 },
        ),
        inCluster(
          'Disk of nodes',
          'percentunit',
          'Used of the disk that images and containers are on.',
          prom(
            'max by (cluster, instance) (container_fs_usage_bytes{cluster=~"$cluster", id="/"} / container_fs_limit_bytes{cluster=~"$cluster", id="/"})',
            '{{cluster}} {{instance}}',
          ),
          { min: 0, max: 1 },
        ),
        inCluster(
          'Volumes',
          'percentunit',
          'Used of each volume that a pod has.',
          prom(
            'max by (cluster, persistentvolumeclaim) (kubelet_volume_stats_used_bytes{cluster=~"$cluster"} / kubelet_volume_stats_capacity_bytes{cluster=~"$cluster"})',
            '{{cluster}} {{persistentvolumeclaim}}',
          ),
          { min: 0, max: 1 },
        ),
      ],
    },
    {
      title: 'Pods',
      panels: [
        inCluster(
          'Memory by pod',
          'bytes',
          'Working set: what a limit is compared with.',
          prom(`sum by (cluster, pod) (container_memory_working_set_bytes{${pods}})`, '{{cluster}} {{pod}}'),
        ),
        inCluster(
          'CPU by pod',
          'percentunit',
          '100 % is one core.',
          prom(
            `sum by (cluster, pod) (rate(container_cpu_usage_seconds_total{${pods}}[$__rate_interval]))`,
            '{{cluster}} {{pod}}',
          ),
        ),
        inCluster('Network by pod', 'Bps', 'Received, and sent below zero.', [
          prom(
            'sum by (cluster, pod) (rate(container_network_receive_bytes_total{cluster=~"$cluster", namespace=~"$namespace"}[$__rate_interval]))',
            '{{pod}} in',
          ),
          prom(
            '-sum by (cluster, pod) (rate(container_network_transmit_bytes_total{cluster=~"$cluster", namespace=~"$namespace"}[$__rate_interval]))',
            '{{pod}} out',
          ),
        ]),
        inCluster(
          'Containers within an hour',
          'short',
          'Each start of a container is a new one: more than the pod has containers means that it ends by itself. Look at its logs.',
          prom(
            `count by (cluster, pod) (count_over_time(container_start_time_seconds{${pods}}[1h]))`,
            '{{cluster}} {{pod}}',
          ),
          { min: 0 },
        ),
      ],
    },
    {
      title: 'Ingress of clusters',
      panels: [
        inCluster(
          'Requests',
          'reqps',
          'By the controller’s nginx.',
          prom(
            'sum by (cluster) (rate(nginx_ingress_nginx_http_requests_total{cluster=~"$cluster"}[$__rate_interval]))',
            '{{cluster}}',
          ),
        ),
        inCluster(
          'Connections',
          'short',
          'Open now, WebSockets among them.',
          prom(
            'sum by (cluster) (nginx_ingress_nginx_connections_active{cluster=~"$cluster"})',
            '{{cluster}}',
          ),
        ),
        inCluster(
          'Ingresses',
          'short',
          'That the controller serves.',
          prom(
            'sum by (cluster) (nginx_ingress_controller_ingress_resources_total{cluster=~"$cluster"})',
            '{{cluster}}',
          ),
        ),
        stat(
          'Configuration',
          'none',
          'Whether the controller’s last change of nginx was taken.',
          now(
            'min by (cluster) (nginx_ingress_controller_nginx_last_reload_status{cluster=~"$cluster"})',
            '{{cluster}}',
          ),
          { steps: steps.up, words: ['refused', 'taken'], needs: needs.cluster },
        ),
      ],
    },
    {
      title: 'Applications by their traces',
      panels: [
        graph(
          'Requests',
          'reqps',
          'Spans of servers a second.',
          prom(
            'sum by (service) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[$__rate_interval]))',
            '{{service}}',
          ),
          { width: 8, needs: needs.trace },
        ),
        graph(
          'Share of errors',
          'percentunit',
          'Spans of servers with the status error, of all.',
          prom(
            share(
              'traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_ERROR"}',
              'traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}',
              'service',
            ),
            '{{service}}',
          ),
          { width: 8, min: 0, max: 1, needs: needs.trace },
        ),
        graph(
          'Duration (95 %)',
          's',
          'Ninety-five of a hundred take less; the dots are traces.',
          exemplars(
            quantile(0.95, 'traces_spanmetrics_latency_bucket{span_kind="SPAN_KIND_SERVER"}', 'service'),
            '{{service}}',
          ),
          { width: 8, needs: needs.trace },
        ),
        graph(
          'Calls between services',
          'reqps',
          'The edges of the service graph.',
          prom(
            'sum by (client, server) (rate(traces_service_graph_request_total[$__rate_interval]))',
            '{{client}} → {{server}}',
          ),
          { needs: needs.trace },
        ),
        table(
          'Traces with errors',
          'none',
          'Newest first; a row opens its trace.',
          traces('{ status = error }'),
          { needs: needs.error },
        ),
      ],
    },
    {
      title: 'Logs of applications',
      panels: [
        graph(
          'Errors by application',
          'cps',
          'Lines a second whose level is error or worse.',
          loki(
            'sum by (service_name) (rate({cluster=~"$cluster", namespace=~"$namespace"} | detected_level=~"error|critical|fatal"[$__auto]))',
            '{{service_name}}',
          ),
          { width: 24, needs: needs.error },
        ),
        lines('Lines', 'Of the pods.', '{cluster=~"$cluster", namespace=~"$namespace"}', {
          needs: needs.cluster,
        }),
      ],
    },
  ],
}
