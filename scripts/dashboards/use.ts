/** What programs take of the machine, by their own count; each has its own names for it. */
import type { Query } from './board.ts'
import { prom } from './shared.ts'

/** Alloy's own names, where it has not the usual ones of Go programs beside them. */
const alloys = (what: string, jobs: string): Query =>
  prom(
    `alloy_resources_process_${what}{job=~"${jobs}"} unless on (job) process_${what}{job=~"${jobs}"}`,
    '{{job}}',
  )

/** Resident memory by job (bytes): Go programs, Alloy, the object store, PowerDNS. */
export const memory = (jobs: string): readonly [Query, ...Query[]] => [
  prom(`process_resident_memory_bytes{job=~"${jobs}"}`, '{{job}}'),
  alloys('resident_memory_bytes', jobs),
  prom(`minio_node_process_resident_memory_bytes{job=~"${jobs}"}`, '{{job}}'),
  prom(`pdns_auth_real_memory_usage{job=~"${jobs}"}`, '{{job}}'),
]

/** Processor time by job (cores): Go programs, the object store, PowerDNS (its counters are of ms). */
export const processor = (jobs: string): readonly [Query, ...Query[]] => [
  prom(`rate(process_cpu_seconds_total{job=~"${jobs}"}[$__rate_interval])`, '{{job}}'),
  prom(`rate(minio_node_process_cpu_total_seconds{job=~"${jobs}"}[$__rate_interval])`, '{{job}}'),
  prom(
    `(rate(pdns_auth_user_msec{job=~"${jobs}"}[$__rate_interval]) + rate(pdns_auth_sys_msec{job=~"${jobs}"}[$__rate_interval])) / 1000`,
    '{{job}}',
  ),
]

/** Starts within the hour before, by job: a program that starts again and again. */
export const restarts = (jobs: string): readonly [Query, ...Query[]] => [
  prom(`changes(process_start_time_seconds{job=~"${jobs}"}[1h])`, '{{job}}'),
  prom(`changes(minio_node_process_starttime_seconds{job=~"${jobs}"}[1h])`, '{{job}}'),
  prom(`resets(pdns_auth_uptime{job=~"${jobs}"}[1h])`, '{{job}}'),
]
