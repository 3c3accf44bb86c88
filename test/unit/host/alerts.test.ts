import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { CHECK_AGENT } from '../../../main/model/own-check.ts'
import { openAlerts, readAlerts } from '../../../main/system/host/alerts.ts'

const fires = {
  labels: { alertname: 'DiskFull', service: 'object-store', severity: 'critical', job: 'object-store' },
  annotations: { summary: 'The disk is full', description: 'Free it.', dashboard: 'macula-object-store' },
  state: 'firing',
  activeAt: '2026-11-27T19:41:21.547150151Z',
  value: '9.8e-01',
}
const answer = (...alerts: readonly unknown[]): string =>
  JSON.stringify({ status: 'success', data: { alerts } })

test('what fires is read, what is pending is not', () => {
  expect(readAlerts(answer(fires, { ...fires, state: 'pending' }))).toEqual([
    {
      name: 'DiskFull',
      service: 'object-store',
      severity: 'critical',
      summary: 'The disk is full',
      description: 'Free it.',
      dashboard: 'macula-object-store',
      since: Date.parse('2026-11-27T19:41:21.547Z'),
    },
  ])
})

test('a rule of somebody’s own may lack everything, and may say anything', () => {
  const [bare] = readAlerts(answer({ labels: { alertname: 'Mine' }, state: 'firing', activeAt: '' }))
  expect(bare).toEqual({
    name: 'Mine',
    service: '',
    severity: 'warning',
    summary: 'Mine',
    description: '',
    dashboard: '',
    since: 0,
  })
  const hostile = {
    ...fires,
    annotations: {
      summary: `a\u001b[31m\nb\u202e${'x'.repeat(999)}`,
      dashboard: '../../login?redirect=http://elsewhere',
    },
  }
  const [cut] = readAlerts(answer(hostile))
  expect(cut?.summary).toMatch(/^a \[31m b x+…$/)
  expect(cut?.summary.length).toBeLessThanOrEqual(300)
  expect(cut?.dashboard).toBe('')
})

test.each(['', 'not json', '{}', '{"data":{"alerts":[{"state":1}]}}'])('%o is no answer', (text) => {
  expect(() => readAlerts(text)).toThrow()
})

let server: Server | undefined
afterEach(() => server?.close())

async function serving(status: number, text: string): Promise<{ port: number; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = []
  const made = createServer((request, response) => {
    asked.push(request)
    response.writeHead(status).end(text)
  })
  server = made
  await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve))
  return { port: (made.address() as AddressInfo).port, asked }
}

test('Prometheus is asked as our own checks ask; an error of its is one', async () => {
  const { port, asked } = await serving(200, answer(fires))
  const where = { address: '127.0.0.1', port, deadline: 60_000 }
  expect(await openAlerts().firing(where)).toHaveLength(1)
  expect(asked[0]?.url).toBe('/api/v1/alerts')
  expect(asked[0]?.headers['user-agent']).toBe(CHECK_AGENT)
  server?.close()
  const bad = await serving(503, answer(fires))
  await expect(openAlerts().firing({ ...where, port: bad.port })).rejects.toThrow('HTTP 503')
})
