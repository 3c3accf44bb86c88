import { expect, test } from 'vitest'
import { runCommand } from './run-command.ts'

const variables = [
  { service: 'grafana', name: 'GRAFANA_URL', value: '', secret: false, nowhere: 'Everything is another’s.' },
  { service: 'grafana', name: 'GRAFANA_HOST', value: '', secret: false, nowhere: 'Everything is another’s.' },
  { service: 'grafana', name: 'GRAFANA_USER', value: 'admin', secret: false },
]
const over = { env: () => Promise.resolve(variables) }

/** A line that would lead a program to somebody else's is never printed, in no format. */
test.each([
  ['shell', [], "export GRAFANA_USER='admin'"],
  ['dotenv', ['--format', 'dotenv'], 'GRAFANA_USER='],
  ['json', ['--format', 'json'], '"GRAFANA_USER"'],
])('%s: what leads to another program is left out and named with its reason', async (_, words, there) => {
  const { code, out, err } = await runCommand({ over }).run('env', 'grafana', ...words)
  expect(code).toBe(1)
  expect(out).toContain(there)
  expect(out).not.toMatch(/GRAFANA_(URL|HOST)/)
  expect(err).toContain('Left out: GRAFANA_URL, GRAFANA_HOST. Everything is another’s.')
})
