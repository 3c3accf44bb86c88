import { z } from 'zod'
import type { AlertsAdapter } from '../../engine/adapters.ts'
import type { AlertSeen } from '../../model/alerts.ts'
import { CHECK_AGENT } from '../../model/own-check.ts'
import { askPlain } from '../plain-http.ts'

/** Longer than any text of our rules; a rule of somebody's own is cut there. */
const MOST_TEXT = 300
const MOST_ALERTS = 200

const label = z.record(z.string(), z.string())

/** Prometheus 3.13, "HTTP API", Alerts: GET /api/v1/alerts (pending ones too; activeAt by RFC 3339). */
const answer = z.object({
  data: z.object({
    alerts: z.array(
      z.object({ labels: label, annotations: label.default({}), state: z.string(), activeAt: z.string() }),
    ),
  }),
})

/** One line that a person may read, whatever a rule says. */
const lineOf = (text = ''): string => {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT - 1)}…` : line
}

/** What fires of an answer of Prometheus' `/api/v1/alerts`. Throws (ZodError, SyntaxError) where it is none. */
export function readAlerts(text: string): readonly AlertSeen[] {
  return answer
    .parse(JSON.parse(text))
    .data.alerts.filter(({ state }) => state === 'firing')
    .slice(0, MOST_ALERTS)
    .map(({ labels, annotations, activeAt }): AlertSeen => {
      const since = Date.parse(activeAt)
      const { dashboard = '' } = annotations
      const name = lineOf(labels['alertname'])
      return {
        name,
        service: labels['service'] ?? '',
        severity: labels['severity'] === 'critical' ? 'critical' : 'warning',
        summary: lineOf(annotations['summary']) || name,
        description: lineOf(annotations['description']),
        // Grafana's uids have 40 characters at most, of these (its API for dashboards).
        dashboard: /^[\w-]{1,40}$/.test(dashboard) ? dashboard : '',
        since: Number.isNaN(since) ? 0 : since,
      }
    })
}

/** Prometheus' alerts, asked as our checks ask: its log and the ingress know them by their agent. */
export function openAlerts(): AlertsAdapter {
  return {
    async firing({ address, port, deadline }) {
      const { status, text } = await askPlain({
        address,
        port,
        deadline,
        method: 'GET',
        path: '/api/v1/alerts',
        headers: { 'User-Agent': CHECK_AGENT },
      })
      if (status !== 200) throw new Error(`Prometheus answers HTTP ${status}`)
      return readAlerts(text)
    },
  }
}
