/** What programs take of the machine, by their own count; each has its own names for it. */
import type { Panel, Query } from './board.ts'
import { graph, prom } from './shared.ts'

/** Jobs whose programs are not asked by the usual names of Go programs. */
type Other = 'alloy' | 'object-store' | 'powerdns'

const others: readonly string[] = ['alloy', 'object-store', 'powerdns'] satisfies readonly Other[]

/** Jobs that an exporter asks: what they take is known of their containers. */
export const databases: readonly string[] = ['powerdns-db', 'timescaledb']

/**
 * A query for each kind of program among the jobs. Alloy has its own names, and in some versions the usual ones beside them.
 */
function each(
  jobs: readonly string[],
  usual: (job: string) => string,
  own: Readonly<Record<Other, string>>,
): readonly [Query, ...Query[]] {
  const go = jobs.filter((job) => !others.includes(job) || job === 'alloy')
  const queries = [
    ...(go.length === 0 ? [] : [usual(`job=~"${go.join('|')}"`)]),
    ...Object.entries(own)
      .filter(([job]) => jobs.includes(job))
      .map(([, text]) => text),
  ].map((text) => prom(text, '{{job}}'))
  const [first, ...rest] = queries
  if (first === undefined) throw new Error('no job')
  return [first, ...rest]
}

/** Resident memory by job (bytes). */
export const memory = (jobs: readonly string[]): readonly [Query, ...Query[]] =>
  each(jobs, (match) => `process_resident_memory_bytes{${match}}`, {
    alloy: 'alloy_resources_process_resident_memory_bytes unless on (job) process_resident_memory_bytes',
    'object-store': 'minio_node_process_resident_memory_bytes',
    powerdns: 'pdns_auth_real_memory_usage',
  })

/** Processor time by job (cores); PowerDNS counts ms. */
export const processor = (jobs: readonly string[]): readonly [Query, ...Query[]] =>
  each(jobs, (match) => `rate(process_cpu_seconds_total{${match}}[$__rate_interval])`, {
    alloy:
      'rate(alloy_resources_process_cpu_seconds_total[$__rate_interval]) unless on (job) process_cpu_seconds_total',
    'object-store': 'rate(minio_node_process_cpu_total_seconds[$__rate_interval])',
    powerdns:
      '(rate(pdns_auth_user_msec[$__rate_interval]) + rate(pdns_auth_sys_msec[$__rate_interval])) / 1000',
  })

/** Starts within the hour before, by job: a program that starts again and again. */
export const restarts = (jobs: readonly string[]): readonly [Query, ...Query[]] =>
  each(jobs, (match) => `changes(process_start_time_seconds{${match}}[1h])`, {
    alloy:
      'changes(alloy_resources_process_start_time_seconds[1h]) unless on (job) process_start_time_seconds',
    'object-store': 'changes(minio_node_process_starttime_seconds[1h])',
    powerdns: 'resets(pdns_auth_uptime[1h])',
  })

/**
 * What containers take by the kernel's count, which also knows those that count nothing themselves; of all services, or of those
 * named. The series are those of assets/stack/prometheus/rules/containers.yml.
 */
export function ofContainers(services?: readonly string[]): readonly Panel[] {
  const of = (metric: string): string =>
    services === undefined ? metric : `${metric}{service=~"${services.join('|')}"}`
  return [
    graph(
      'Memory of containers',
      'bytes',
      'Working set: what the kernel cannot take back, and what a limit is compared with.',
      prom(of('service:container_memory_working_set_bytes:sum'), '{{service}}'),
      { stacked: true },
    ),
    graph(
      'CPU of containers',
      'percentunit',
      '100 % is one core. Bytes of the network by container are not counted: that takes the machine’s process table (docs/services.md).',
      prom(of('service:container_cpu_usage_seconds:rate1m'), '{{service}}'),
      { stacked: true },
    ),
    graph(
      'Memory of its limit',
      'percentunit',
      'At 100 % the kernel ends a process of the container. The limits are mem_limit in each service’s compose.yaml.',
      prom(of('service:container_memory_of_limit:ratio'), '{{service}}'),
      { min: 0, max: 1 },
    ),
    graph(
      'Starts of containers within an hour',
      'short',
      'More than one that nobody asked for: look at the logs before the start.',
      prom(`changes(${of('service:container_start_time_seconds:max')}[1h])`, '{{service}}'),
      { min: 0 },
    ),
  ]
}
