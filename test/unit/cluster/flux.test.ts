import { describe, expect, test } from 'vitest'
import { fluxRung, sayFlux, type FluxSeen } from '../../../main/model/flux.ts'
import { foundRows } from '../../../main/model/found.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { Api } from '../../../main/system/kind/api.ts'
import type { NodeCommands } from '../../../main/system/kind/commands.ts'
import { fluxOf, leaveToFlux, madeBy, ofFlux } from '../../../main/system/kind/flux.ts'
import { annotateIngresses } from '../../../main/system/kind/websockets.ts'
import { app, catalog, pod, up } from './world.ts'

/** Flux, by objects of the shape of its CRDs. */

const flux = (part: Partial<FluxSeen> = {}): FluxSeen => ({
  kind: 'Kustomization',
  namespace: 'flux-system',
  name: 'apps',
  revision: 'main@sha1:0123456789abcdef',
  state: 'ready',
  says: '',
  ...part,
})
const labels = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
}
const item = (status: unknown, spec: unknown = {}) => ({
  items: [{ metadata: { name: 'apps', namespace: 'flux-system' }, spec, status }],
})
const ready = (status: string, message: string) => ({
  conditions: [{ type: 'Ready', status, reason: 'Why', message }],
  lastAppliedRevision: 'main@sha1:0123456789abcdef',
})

test.each([
  ['ready', item(ready('True', 'Applied revision')), 'ready', ''],
  ['not ready', item(ready('False', 'dry-run failed')), 'not ready', 'dry-run failed'],
  ['at work', item(ready('Unknown', 'building')), 'working', 'building'],
  ['new', item(undefined), 'working', ''],
  ['suspended, whatever it was', item(ready('False', 'x'), { suspend: true }), 'suspended', 'x'],
])('a Kustomization that is %s', (_, list, state, says) => {
  expect(fluxOf('Kustomization', list)).toMatchObject([
    { name: 'apps', namespace: 'flux-system', state, says },
  ])
})

test('a HelmRelease tells the version of its chart', () => {
  const [one] = fluxOf('HelmRelease', item({ history: [{ chartVersion: '4.2.1' }] }))
  expect([one?.revision, fluxOf('HelmRelease', undefined)]).toEqual(['4.2.1', []])
})

test('what made an object is told by its labels, also when that is gone', () => {
  expect(madeBy(labels, [flux()])).toEqual(flux())
  expect(madeBy(labels, [flux({ namespace: 'other' })])?.state).toBe('missing')
  expect(madeBy({ app: 'x' }, [flux()])).toBeUndefined()
})

test.each([
  [flux(), 'Made by Flux: Kustomization flux-system/apps at main@sha1:01234567, ready'],
  [
    flux({ state: 'not ready', says: 'no\nroom' }),
    'Made by Flux: Kustomization flux-system/apps at main@sha1:01234567, not ready: no\uFFFDroom',
  ],
  [
    flux({ state: 'missing', revision: '' }),
    'Made by Flux: Kustomization flux-system/apps, which is not there any more',
  ],
])('it is said in one line', (one, says) => {
  expect(sayFlux(one)).toBe(says)
})

test('a row of what Flux made says so, and works only with a problem while Flux is not ready', () => {
  const seen = up(
    { console: app() },
    {
      ingresses: [
        {
          namespace: 'demo',
          name: 'lab',
          hosts: ['lab.macula.local'],
          routes: ['lab.macula.local'],
          pods: [pod({})],
          selector: 'app=lab',
          flux: flux(),
        },
      ],
    },
  )
  const [row] = foundRows(catalog, new Map([['hub', seen]]), 'macula.local')
  expect(row?.warnings).toEqual([
    'Made by Flux: Kustomization flux-system/apps at main@sha1:01234567, ready.',
  ])
  const well = { id: 'container', state: 'ok', says: 'pod ready' } as const
  expect(fluxRung(well, flux())).toEqual(well)
  expect(fluxRung(well, undefined)).toEqual(well)
  expect(fluxRung(well, flux({ state: 'not ready', says: 'dry-run failed' }))).toMatchObject({
    state: 'round',
    reason: 'Flux is not ready',
  })
  const bad = { ...well, state: 'stop' } as const
  expect(fluxRung(bad, flux({ state: 'not ready' }))).toEqual(bad)
})

describe('no field of an object of Flux is written', () => {
  const object = (metadata: object): string => JSON.stringify({ kind: 'Deployment', metadata })

  test.each([
    ['its label', object({ name: 'web', labels }), ['Deployment web (Kustomization flux-system/apps)']],
    [
      'the manager of fields',
      object({ name: 'web', managedFields: [{ manager: 'kubectl' }, { manager: 'kustomize-controller' }] }),
      ['Deployment web (kustomize-controller)'],
    ],
    ['somebody else’s', object({ name: 'web', managedFields: [{ manager: 'kubectl' }] }), []],
    [
      'a list',
      `{ "items": [${object({ name: 'a', labels })}, ${object({ name: 'b' })}] }`,
      ['Deployment a (Kustomization flux-system/apps)'],
    ],
    ['nothing', '', []],
    ['no JSON', 'x', []],
  ])('known by %s', (_, text, found) => {
    expect(ofFlux(text)).toEqual(found)
  })

  test('an application whose objects are Flux’s is refused before anything is put in', async () => {
    const node = (out: string) => ({
      kubectl: () => Promise.resolve({ ok: true, out, err: '', why: 'done' }),
    })
    const put = async (out: string): Promise<void> =>
      await leaveToFlux(node(out) as unknown as NodeCommands, 'head', '', 'Web')
    await expect(put(object({ name: 'web', labels }))).rejects.toMatchObject({
      trouble: { kind: 'refused', what: expect.stringContaining('Web is left to Flux') as string },
    })
    await expect(put(object({ name: 'web', labels }))).rejects.toBeInstanceOf(MaculaError)
    await expect(put('')).resolves.toBeUndefined()
  })

  test('its Ingresses get no annotation', async () => {
    const sent: string[] = []
    const ingress = (name: string, more: object = {}) => ({
      metadata: { name, namespace: 'default', ...more },
      spec: { ingressClassName: 'nginx', defaultBackend: { service: { name: 'web' } } },
    })
    const api = {
      get: () => Promise.resolve({ items: [ingress('theirs', { labels }), ingress('plain')] }),
      send: (_: string, path: string) => Promise.resolve(void sent.push(path)),
    }
    await annotateIngresses(api as unknown as Api)
    expect(sent.map((path) => path.split('/').at(-1))).toEqual(['plain'])
  })
})
