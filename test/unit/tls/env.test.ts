import { expect, test } from 'vitest'
import { handOut } from '../../../main/engine/run/hand-out.ts'
import type { RunContext } from '../../../main/engine/run/context.ts'
import type { ServedTls } from '../../../main/model/tls.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { endpoint, service } from '../stack/fixture.ts'

/** What a program on this machine is handed for QUIC: whom to begin with, and its certificate where TLS is on. */

const files = { certificate: '/d/cert.pem', key: '/d/key.pem', authority: '/d/ca.pem' }
const served: ServedTls = { certificate: 'C', key: 'K', authority: 'A', files }
const mesh = service('bootstrap', {
  address: '127.0.0.2',
  endpoints: [endpoint({ id: 'mesh', name: 'bootstrap', scheme: 'quic', target: 4433, listen: 4433 })],
  env: { MACULA_BOOTSTRAP_PEERS: '{url:mesh}' },
})
const other = service('grafana', {
  endpoints: [endpoint({ name: 'grafana' })],
  env: { GRAFANA: '{url:web}' },
})

async function told(
  ids: readonly string[],
  { tls = true, inside = false, there = true }: { tls?: boolean; inside?: boolean; there?: boolean } = {},
) {
  const context = {
    settings: { ...defaultSettings, suffix: 'macula.local', tls },
    catalog: () => ({ services: [other, mesh], forwards: [], problems: [] }),
    adapters: { tls: { served: () => Promise.resolve(there ? served : undefined) } },
    truth: {
      look: () => Promise.resolve(undefined),
      observe: { docker: () => Promise.resolve() },
    },
    needOwn: () => undefined,
  } as unknown as RunContext
  const all = await handOut(context, () => Promise.resolve(), ids, inside)
  return all.map(({ service: of, name, value }) => `${of} ${name}=${value}`)
}

const peers = 'bootstrap MACULA_BOOTSTRAP_PEERS=https://bootstrap.macula.local:4433'
const paths = [
  'bootstrap MACULA_CERT_PATH=/d/cert.pem',
  'bootstrap MACULA_KEY_PATH=/d/key.pem',
  'bootstrap MACULA_CA_PATH=/d/ca.pem',
]

test.each<readonly [string, readonly string[], Parameters<typeof told>[1], readonly string[]]>([
  ['what speaks QUIC, while TLS is on', ['bootstrap'], {}, [peers, ...paths]],
  ['the same while TLS is off', ['bootstrap'], { tls: false }, [peers]],
  ['the same before a certificate was made', ['bootstrap'], { there: false }, [peers]],
  ['what speaks none', ['grafana'], {}, ['grafana GRAFANA=http://grafana.macula.local']],
  ['a pod, whose paths are its own', ['bootstrap'], { inside: true }, [peers]],
])('%s', async (_, ids, how, wanted) => {
  expect(await told(ids, how)).toEqual(wanted)
})
