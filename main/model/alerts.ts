import { sayCount } from './say.ts'
import type { AlertView, ServiceView } from './snapshot.ts'

/** An alert that fires in Prometheus (assets/stack/prometheus/rules). */
export interface AlertSeen extends AlertView {
  /** The row that it belongs to, as the rule says; a name that no row has is told nowhere. */
  readonly service: string
}

/** So many of one row are shown; the dashboard has them all. */
const MOST_OF_ONE = 5

/**
 * A row with its alerts, worst first and then as long as they fire: what works so far works with a problem then, so that its shape, its
 * tier's, the summary's and the tray's say what the words do. Of a row that fails, starts or is stopped none is told: what it is says
 * more, and that Prometheus misses it is no news then.
 */
export function withAlerts(view: ServiceView, alerts: readonly AlertSeen[]): ServiceView {
  if (view.state !== 'works' && view.state !== 'degraded') return view
  const mine = alerts
    .filter(({ service }) => service === view.id)
    .sort(
      (one, two) =>
        Number(two.severity === 'critical') - Number(one.severity === 'critical') ||
        one.since - two.since ||
        one.name.localeCompare(two.name),
    )
    .slice(0, MOST_OF_ONE)
    .map(({ name, severity, summary, description, dashboard, since }) => {
      const alert: AlertView = { name, severity, summary, description, dashboard, since }
      return alert
    })
  const [worst] = mine
  if (worst === undefined) return view
  // What it has of its own comes first: it says how people reach it.
  return view.state === 'degraded'
    ? { ...view, alerts: mine }
    : { ...view, state: 'degraded', reason: worst.summary, alerts: mine }
}

/** Whether an alert is all that is wrong with it. */
export function hasOnlyAlerts({ alerts, reason, headline }: ServiceView): boolean {
  return alerts !== undefined && headline === undefined && reason === alerts[0]?.summary
}

/** All that is told of alerts in one sentence, by the first of the worst; empty: none fires. */
export function sayAlerts(views: readonly ServiceView[]): string {
  const all = views.flatMap(({ title, alerts = [] }) =>
    alerts.map(({ summary, severity }) => ({ title, summary, severity })),
  )
  const first = all.find(({ severity }) => severity === 'critical') ?? all[0]
  if (first === undefined) return ''
  const more = all.length === 1 ? '' : ` ${sayCount(all.length - 1, 'more alert')}.`
  return `Alert for ${first.title}: ${first.summary}.${more}`
}
