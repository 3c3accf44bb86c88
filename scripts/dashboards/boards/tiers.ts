import type { Board, Panel, Row } from '../board.ts'
import { graph, lines, loki, needs, now, prom, stat, steps } from '../shared.ts'
import { tiers, type TierServices } from '../services.ts'
import { databases, memory, ofContainers, processor, restarts } from '../use.ts'

/** Those whose programs count what they take themselves. */
const withOwn = (jobs: readonly string[]): readonly string[] => jobs.filter((job) => !databases.includes(job))

/** Of services that tell of themselves; a database by the exporter that asks it (pg_up). */
const ofMetrics = (all: readonly string[], jobs = all.join('|'), ids = withOwn(all)): readonly Panel[] => [
  stat(
    'Services with metrics',
    'none',
    'Whether Prometheus gets the metrics of each.',
    now(`up{job=~"${jobs}"} or pg_up{job=~"${jobs}"}`, '{{job}}'),
    { width: 24, height: 4, steps: steps.up, words: ['down', 'up'] },
  ),
  graph('Memory', 'bytes', 'Resident memory by the program’s own count.', memory(ids), { width: 8 }),
  graph('CPU', 'percentunit', '100 % is one core.', processor(ids), { width: 8 }),
  graph(
    'Starts within an hour',
    'short',
    'More than one that nobody asked for: look at the logs before the start.',
    restarts(ids),
    { width: 8, min: 0 },
  ),
  graph(
    'How long a scrape takes',
    's',
    'Prometheus gives up after 10 s. A service that takes longer and longer is busy or short of memory.',
    prom(`scrape_duration_seconds{job=~"${jobs}"}`, '{{job}}'),
  ),
  graph(
    'Series by service',
    'short',
    'Samples of one scrape: what a service costs Prometheus.',
    prom(`scrape_samples_post_metric_relabeling{job=~"${jobs}"}`, '{{job}}'),
  ),
]

const ofLogs = (services: string): Row => ({
  title: 'Logs',
  panels: [
    graph(
      'Lines by service',
      'cps',
      'Log lines a second.',
      loki(`sum by (service_name) (rate({service_name=~"${services}"}[$__auto]))`, '{{service_name}}'),
    ),
    graph(
      'Errors by service',
      'cps',
      'Lines a second whose level is error or worse.',
      loki(
        `sum by (service_name) (rate({service_name=~"${services}"} | detected_level=~"error|critical|fatal"[$__auto]))`,
        '{{service_name}}',
      ),
      { needs: needs.error },
    ),
    lines(
      'Lines',
      'Newest first. A line opens its labels, and its trace if it names one.',
      `{service_name=~"${services}"}`,
    ),
  ],
})

/** What all services of a tier have in common: whether they are up, what they take, what they say. */
export function tierRows({ services, jobs }: TierServices): readonly [Row, ...Row[]] {
  const logs = ofLogs(services.join('|'))
  const containers: Row = { title: 'Containers', panels: ofContainers(services) }
  return jobs.length === 0
    ? [containers, logs]
    : [{ title: 'Services', panels: ofMetrics(jobs) }, containers, logs]
}

/** Tools, host and data; the tier Observability has more of its own (observability.ts). */
export const tierBoards: readonly Board[] = tiers
  .filter(({ name }) => name !== 'observability')
  .map((tier) => ({
    name: tier.name,
    title: `${tier.title} tier`,
    says: `The services of ${tier.title}: ${tier.services.join(', ')}.${tier.jobs.length < tier.services.length ? ` Without metrics of their own: ${tier.services.filter((id) => !(tier.jobs as readonly string[]).includes(id)).join(', ')}.` : ''}`,
    rows: tierRows(tier),
  }))
