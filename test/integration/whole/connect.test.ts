import { expect, test } from 'vitest'
import { connectLines } from '../../../main/model/connect.ts'
import { as, everythingUp, run, terminalPath, user } from '../support/actor.ts'
import { openDoor } from '../support/door.ts'

/** The lines of Connect over the running stack: what the window copies is run in a shell as it stands. */

/** What must come back of the lines that have a program here, by service and id. */
const promises: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  // At its own address every name may be asked for: only that it listens is promised.
  ingress: { 'tcp-http': /80 takes connections/, 'curl-home': /Macula/ },
  registry: { 'curl-api': /"repositories"/ },
  powerdns: { 'curl-api': /^\s*\[/ },
  prometheus: { 'curl-web': /"status":"success".*"metric"/ },
  // Stood in for in these tests; each answers this path as the program it stands for does.
  grafana: { 'curl-web': /^\s*\[.*"uid"/ },
  loki: { 'curl-api': /"status": ?"success"/ },
  tempo: {
    'curl-api': /"traces"/,
    'tcp-otlp-grpc': /4317 takes connections/,
    'tcp-jaeger-http': /14268 takes connections/,
  },
  'object-store': { 'curl-api': /ListAllMyBucketsResult/ },
  timescaledb: { psql: /\b42\b/ },
}

/** What a line prints that was led nowhere, or turned away. */
const REFUSED = /not found|no such|unauthorized|forbidden|does not match|<a href|"error"|no stand-in/i

const patience = { timeout: 180_000, interval: 400 } as const

test('every line for curl, psql and bash answers as it stands, with what it promises', async () => {
  await everythingUp()
  const door = await openDoor()
  const failed: string[] = []
  const kept: string[] = []
  try {
    await door.request('watch', { closely: true })
    const views = () => door.snapshot()?.services.filter(({ state }) => state !== 'not set up') ?? []
    await expect
      .poll(async () => {
        await door.request('wholeSnapshot', {})
        return views().filter(({ state }) => state === 'works').length
      }, patience)
      .toBe(14)
    for (const view of views()) {
      const variables = await door.request('variables', { services: [view.id] })
      for (const { id, line } of connectLines(view, variables)) {
        if (!/^(?:curl|bash|psql) /.test(line)) continue
        const [program = '', ...words] = as(user, ['timeout', '20', 'bash', '-c', line], {
          PATH: terminalPath,
        })
        const { code, out, err } = await run(program, words, { input: 'select 42;\n' })
        const said = `${out} ${err}`.replaceAll(/\s+/g, ' ').trim()
        const wanted = promises[view.id]?.[id]
        const isKept = code === 0 && (wanted ? wanted.test(said) : !REFUSED.test(said))
        ;(isKept ? kept : failed).push(`${view.id} ${id}: ${code} ${said.slice(0, 160)}`)
      }
    }
  } finally {
    await door.close()
  }
  console.log(kept.join('\n'))
  expect(failed).toEqual([])
  const ran = new Set(kept.map((one) => one.split(':')[0]))
  const promised = Object.entries(promises).flatMap(([id, lines]) =>
    Object.keys(lines).map((one) => `${id} ${one}`),
  )
  expect(promised.filter((one) => !ran.has(one))).toEqual([])
})
