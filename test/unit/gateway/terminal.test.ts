import { expect, test, vi } from 'vitest'
import { openGateway } from '../../../main/gateway/open-gateway.ts'
import type { Terminal } from '../../../main/engine/engine.ts'
import type { Told } from '../../../preload/contract.ts'
import { fakeTerminal } from '../cli/fake-terminal.ts'
import { standIn } from '../cli/stand-in.ts'
import { troubleWorld } from '../cli/worlds.ts'
import { systemOf } from '../ui-server/system.ts'

const opened = { stream: 't1', service: 'timescaledb', kind: 'sql', columns: 80, rows: 24 } as const

async function connect(terminal?: (typed: string[]) => Terminal) {
  const { engine } = standIn({ world: troubleWorld() })
  const typed: string[] = []
  const closed: string[] = []
  const make = (): Terminal => {
    const made = terminal?.(typed) ?? fakeTerminal(opened, 'TimescaleDB', (text) => typed.push(text))
    return {
      ...made,
      async close() {
        closed.push('closed')
        await made.close()
      },
    }
  }
  const gateway = await openGateway({
    open: () => Promise.resolve(systemOf({ ...engine, terminal: () => Promise.resolve(make()) })),
    face: 'browser',
    version: '0.1.0',
  })
  const told: Told[] = []
  const client = gateway.connect({ push: (one) => void told.push(one), ready: () => Promise.resolve() })
  const text = (): string =>
    told.flatMap((one) => (one.event === 'terminal' ? one.payload.text : [])).join('')
  return { gateway, client, told, text, typed, closed }
}

test('a terminal is opened, typed into and ends with its code in words', async () => {
  const { gateway, client, told, text, closed } = await connect()
  expect(await client.request('openTerminal', opened)).toEqual({
    ok: true,
    value: { program: 'psql', where: 'macula-stand-in-1' },
  })
  expect(await client.request('typeTerminal', { stream: 't1', text: 'select 40 + 2;\r' })).toMatchObject({
    ok: true,
  })
  await vi.waitFor(() => expect(text()).toContain('       42'), { timeout: 20_000 })
  await client.request('typeTerminal', { stream: 't1', text: '\\q\r' })
  await vi.waitFor(
    () =>
      expect(told).toContainEqual({
        event: 'streamEnd',
        payload: { stream: 't1', ended: { code: 0, says: 'psql ended.' } },
      }),
    { timeout: 20_000 },
  )
  expect(closed).toContain('closed')
  expect(await client.request('typeTerminal', { stream: 't1', text: 'x' })).toMatchObject({
    ok: false,
    trouble: { kind: 'usage', what: 'That terminal is not open any more.' },
  })
  await gateway.close()
})

test('closing the stream, or the page, ends the program', async () => {
  for (const how of ['stream', 'page'] as const) {
    const { gateway, client, closed } = await connect()
    await client.request('openTerminal', opened)
    if (how === 'stream') await client.request('closeStream', { stream: 't1' })
    else client.close()
    await vi.waitFor(() => expect(closed.length).toBeGreaterThan(0), { timeout: 20_000 })
    await gateway.close()
  }
})

test('a program that prints without end waits until the page has drawn', async () => {
  let pieces = 0
  const flood = (): Terminal => ({
    ...fakeTerminal(opened, 'TimescaleDB'),
    // eslint-disable-next-line typescript/require-await -- it never waits by itself
    output: (async function* () {
      for (;;) {
        pieces += 1
        yield 'y\r\n'.repeat(5000)
      }
    })(),
  })
  const { gateway, client, text } = await connect(flood)
  await client.request('openTerminal', opened)
  await vi.waitFor(() => expect(text().length).toBeGreaterThan(256 * 1024), { timeout: 20_000 })
  const stands = text().length
  // Everything that was under way has had its turn: nothing more comes.
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  expect(text().length).toBe(stands)
  expect(pieces).toBeLessThan(25)
  await client.request('drewTerminal', { stream: 't1', characters: stands })
  await vi.waitFor(() => expect(text().length).toBeGreaterThan(stands), { timeout: 20_000 })
  client.close()
  await gateway.close()
})

test.each([
  ['openTerminal', { ...opened, columns: 100_000 }],
  ['openTerminal', { ...opened, kind: 'sh -c evil' }],
  ['openTerminal', { ...opened, argv: ['sh'] }],
  ['typeTerminal', { stream: 't1', text: 'x'.repeat(8193) }],
  ['sizeTerminal', { stream: 't1', columns: 0, rows: 24 }],
  ['drewTerminal', { stream: 't1', characters: -1 }],
])('%s is refused at the border when it is not as it must be: %#', async (name, input) => {
  const { gateway, client, typed } = await connect()
  expect(await client.request(name, input)).toMatchObject({ ok: false, trouble: { kind: 'usage' } })
  expect(typed).toEqual([])
  await gateway.close()
})
