import { expect, test } from 'vitest'
import { openGateway } from '../../../main/gateway/open-gateway.ts'
import { MASK } from '../../../main/model/clean.ts'
import type { RequestName } from '../../../preload/contract.ts'
import { secrets, standIn } from '../cli/stand-in.ts'
import { dockerDownWorld, nothingWorld, troubleWorld } from '../cli/worlds.ts'
import { systemOf } from '../ui-server/system.ts'

/** Asks the gateway over a stand-in engine in trouble: names are slow, another program has Grafana's port 80. */
async function ask(name: RequestName, input: unknown, world = troubleWorld()): Promise<unknown> {
  const { engine } = standIn({ world })
  const gateway = await openGateway({
    open: () =>
      Promise.resolve(
        systemOf({ ...engine, env: () => Promise.reject(new Error('nobody asked for secrets')) }),
      ),
    face: 'browser',
    version: '0.1.0',
  })
  const client = gateway.connect({ push: () => undefined, ready: () => Promise.resolve() })
  try {
    return await client.request(name, input)
  } finally {
    client.close()
    await gateway.close()
  }
}

test('another way in is opened where it leads to the service, though slowly', async () => {
  expect(await ask('open', { service: 'grafana' })).toMatchObject({
    ok: true,
    value: { url: 'http://127.0.0.4:3000/', kind: 'address' },
  })
  expect(await ask('open', { service: 'grafana', access: 'named' })).toMatchObject({
    ok: true,
    value: { url: 'http://grafana.macula.local:3000/', kind: 'named' },
  })
})

test.each([[undefined], ['clean']])(
  'what does not run is not opened by %s: what leads on is said',
  async (access) => {
    const input = { service: 'grafana', ...(access === undefined ? {} : { access }) }
    expect(await ask('open', input, nothingWorld())).toEqual({
      ok: false,
      trouble: {
        kind: 'failed',
        what: 'Grafana cannot be opened: it is stopped.',
        todo: 'Start it: maculactl up grafana',
      },
    })
    expect(await ask('open', input, dockerDownWorld())).toMatchObject({
      ok: false,
      trouble: { kind: 'outside', what: 'Grafana cannot be opened: Docker does not answer.' },
    })
  },
)

test('a clean URL whose port another program holds is never opened', async () => {
  expect(await ask('open', { service: 'grafana', access: 'clean' })).toEqual({
    ok: false,
    trouble: {
      kind: 'failed',
      what: 'http://grafana.macula.local does not reach Grafana: nginx (pid 812) has 127.0.0.4:80.',
    },
  })
})

test('fault 35: what a page draws of variables is masked, and no secret is read for it', async () => {
  const reply = await ask('maskedVariables', { service: 'timescaledb' })
  expect(reply).toMatchObject({
    ok: true,
    value: [
      { name: 'PGUSER', value: 'macula', secret: false },
      { name: 'DATABASE_URL', secret: true },
    ],
  })
  expect(JSON.stringify(reply)).toContain(`postgres://macula:${MASK}@`)
  for (const secret of Object.values(secrets)) expect(JSON.stringify(reply)).not.toContain(secret)
  expect(await ask('maskedVariables', { service: '../x' })).toMatchObject({
    ok: false,
    trouble: { kind: 'usage' },
  })
})

test.each([
  ['tempo', '{service_name="tempo"}'],
  // An application's pods have its id; the row of a cluster itself stands for all that runs in it.
  ['console', '{service_name="console"}'],
  ['cluster/hub', '{cluster="hub"}'],
])('Grafana is opened at the logs of %s around an instant', async (service, expr) => {
  const at = 1_795_000_000_000
  const answer = (await ask('explore', { service, at })) as { readonly value: { readonly url: string } }
  const url = new URL(answer.value.url)
  expect(url.pathname).toBe('/explore')
  const panes = JSON.parse(url.searchParams.get('panes') ?? '') as Readonly<
    Record<
      string,
      { readonly queries: readonly { readonly expr: string }[]; readonly range: { readonly from: string } }
    >
  >
  const [pane] = Object.values(panes)
  expect(pane?.queries.map((one) => one.expr)).toEqual([expr])
  expect(Number(pane?.range.from)).toBe(at - 300_000)
})
