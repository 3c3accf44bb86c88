/** What programs take of the machine, by their own count; each has its own names for it. */
import type { Query } from './board.ts'
import { prom } from './shared.ts'

/** Jobs whose programs are not asked by the usual names of Go programs. */
type Other = 'alloy' | 'object-store' | 'powerdns'

const others: readonly string[] = ['alloy', 'object-store', 'powerdns'] satisfies readonly Other[]

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
