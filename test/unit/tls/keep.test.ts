import { describe, expect, test } from 'vitest'
import { applyTls, keepTls } from '../../../main/engine/run/tls.ts'
import type { RunContext } from '../../../main/engine/run/context.ts'
import { nothingSeen } from '../../../main/engine/look/seen.ts'
import { isTlsDue, tlsLook } from '../../../main/engine/look/tls-look.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { DAY_MS, lifetimes, type LeafSeen, type TlsSeen } from '../../../main/model/tls.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { catalog } from '../cli/fixture.ts'
import { newContainer } from '../engine/fake-container.ts'

const now = Date.UTC(2026, 10, 26)
const names = [
  '*.macula.local',
  ...new Set(
    catalog.services.flatMap(({ endpoints }) =>
      endpoints.flatMap(({ name }) => (name === undefined ? [] : [`${name}.macula.local`])),
    ),
  ),
].sort()
const leaf = (part: Partial<LeafSeen> = {}): LeafSeen => ({
  fingerprint: 'BB',
  notBefore: now - DAY_MS,
  notAfter: now + 300 * DAY_MS,
  names,
  ...part,
})
const authority = {
  fingerprint: 'AA',
  notBefore: now - DAY_MS,
  notAfter: now + lifetimes.authority,
  subject: 'x',
  certificate: 'PEM',
  domains: ['macula.local'],
  file: '/data/tls/ca.pem',
}
const ending = { ...authority, notAfter: now + 60 * DAY_MS }
const trouble = { kind: 'invalid', what: 'It is damaged.', todo: 'Put it back.' } as const

/** As much of the engine as TLS asks for; what it did is in `did`. */
function world(part: {
  readonly tls?: boolean
  readonly ensured?: { readonly seen: TlsSeen; readonly changed?: string } | Error
  readonly running?: boolean
}) {
  const did: string[] = []
  const seen = nothingSeen()
  if (part.running !== false)
    seen.containers.set('ingress', {
      ...newContainer('ingress', { id: 'ingress-1', config: 'c1', image: 'x', imageId: 'y' }),
      state: 'running',
    })
  const nothing = async (): Promise<void> => await Promise.resolve()
  const context = {
    settings: { ...defaultSettings, tls: part.tls ?? true },
    catalog: () => catalog,
    isOthers: () => false,
    reconcileForwards: () => Promise.resolve(void did.push('forwarders')),
    truth: {
      seen,
      publish: () => undefined,
      observe: {
        docker: nothing,
        containers: nothing,
        clusters: nothing,
        wanted: nothing,
        isNative: () => true,
      },
    },
    adapters: {
      clock: { now: () => now },
      docker: { reread: (id: string) => Promise.resolve(void did.push(`reread ${id}`)) },
      stack: { render: () => Promise.resolve(void did.push('render')).then(() => ({ services: [] })) },
      tls: {
        seen: () => Promise.resolve({ authority, leaf: leaf() }),
        ensure: (wanted: readonly string[], options?: object) => {
          did.push(`ensure ${wanted.length} ${JSON.stringify(options ?? {})}`)
          return part.ensured instanceof Error
            ? Promise.reject(part.ensured)
            : Promise.resolve(part.ensured ?? { seen: {} })
        },
        withdraw: () => Promise.resolve(void did.push('withdraw')),
      },
    },
  } as unknown as RunContext
  const notes: string[] = []
  const keep = async (): Promise<void> =>
    await keepTls(
      context,
      (event) => void (event.kind === 'note' && notes.push(event.says)),
      () => 0,
    )
  return { did, notes, keep, context }
}

describe('the certificate is kept', () => {
  test('nothing is asked or made while TLS is not wished', async () => {
    const one = world({ tls: false })
    await one.keep()
    expect(one.did).toEqual([])
  })

  test('one that serves is left, and nginx is told nothing', async () => {
    const one = world({ ensured: { seen: { leaf: leaf() } } })
    await one.keep()
    expect(one.did).toEqual([`ensure ${names.length - 1} {}`])
    expect(one.notes).toEqual([])
  })

  test('one that was made anew is read by a running nginx, by a signal', async () => {
    const one = world({ ensured: { seen: {}, changed: 'it ends 2026-12-24' } })
    await one.keep()
    expect(one.did.at(-1)).toBe('reread ingress-1')
    expect(one.notes).toEqual(['The certificate of the clean URLs was renewed: it ends 2026-12-24.'])
    const stopped = world({ ensured: { seen: {}, changed: 'it ends' }, running: false })
    await stopped.keep()
    expect(stopped.did).toHaveLength(1)
  })

  test('what cannot be created is told, and keeps nothing from starting', async () => {
    const bad = world({ ensured: { seen: { trouble } } })
    await bad.keep()
    expect(bad.notes).toEqual(['It is damaged. Put it back.'])
    const full = world({
      ensured: new MaculaError({ kind: 'failed', what: 'No room.', why: 'The disk is full.' }),
    })
    await full.keep()
    expect(full.notes).toEqual(['No room. The disk is full.'])
  })
})

describe('applied', () => {
  test('on: certificate, routes, forwarders, in that order', async () => {
    const one = world({ ensured: { seen: {}, changed: 'there is none yet' } })
    const applied = await applyTls(one.context, { newAuthority: true }, () => undefined)
    expect(one.did).toEqual([
      `ensure ${names.length - 1} {"newAuthority":true}`,
      'render',
      'reread ingress-1',
      'forwarders',
    ])
    expect(applied).toMatchObject({ on: true, serves: true, changed: 'there is none yet' })
  })

  test('off: what nginx serves is taken away only when it reads it no more', async () => {
    const one = world({ tls: false })
    const applied = await applyTls(one.context, {}, () => undefined)
    expect(one.did).toEqual(['render', 'forwarders', 'withdraw'])
    expect(applied.on).toBe(false)
  })

  test('nothing is rendered while the ingress does not run: no password is made for it', async () => {
    const one = world({ ensured: { seen: {}, changed: 'x' }, running: false })
    expect((await applyTls(one.context, {}, () => undefined)).serves).toBe(false)
    expect(one.did).toEqual([`ensure ${names.length - 1} {}`])
  })
})

describe('while somebody watches', () => {
  const due = (seen: TlsSeen | undefined): boolean =>
    isTlsDue(
      { ...nothingSeen(), tls: seen && { seen, answers: new Map(), trusted: false } },
      catalog,
      defaultSettings,
      now,
    )

  test.each<[string, TlsSeen | undefined, boolean]>([
    ['not wished', undefined, false],
    ['sound', { authority, leaf: leaf() }, false],
    ['near its end', { authority, leaf: leaf({ notAfter: now + 10 * DAY_MS }) }, true],
    ['without a name', { authority, leaf: leaf({ names: ['*.macula.local'] }) }, true],
    ['gone', { authority }, true],
    // Nothing could be made: nobody tries again and again.
    ['with a damaged authority', { trouble }, false],
    ['with one of another suffix', { authority: { ...authority, domains: ['other.local'] }, trouble }, false],
    // An authority that ends in some months still signs.
    [
      'with an authority that ends',
      { authority: ending, leaf: leaf({ notAfter: now + DAY_MS }), trouble },
      true,
    ],
    [
      'the last of one that ends',
      { authority: ending, leaf: leaf({ notAfter: ending.notAfter }), trouble },
      false,
    ],
  ])('it is due: %s', (_, seen, is) => {
    expect(due(seen)).toBe(is)
  })

  test('only names whose port 443 is ours are asked; where another program listens nothing is', async () => {
    const seen = nothingSeen()
    seen.listeners.set('127.0.0.4:443', { kind: 'ours', pid: 1, program: 'socat', ms: 0 })
    seen.listeners.set('127.0.0.3:443', { kind: 'foreign', holder: { pid: 2 }, ms: 0 })
    const asked: string[] = []
    const look = (tls: boolean) =>
      tlsLook(
        {
          steps: [],
          tls: {
            seen: () => Promise.resolve({ authority, leaf: leaf() }),
            ask: ({ name }: { readonly name: string }) => {
              asked.push(name)
              return Promise.resolve({ kind: 'none', says: 'x', ms: 1 })
            },
          },
        } as unknown as Parameters<typeof tlsLook>[0],
        { ...defaultSettings, tls },
        () => catalog,
        seen,
      )
    await look(false)()
    expect(seen.tls).toBeUndefined()
    await look(true)()
    expect(asked).toEqual(['grafana.macula.local'])
    expect(seen.tls?.seen.leaf).toBeDefined()
    // Another address: what is known of the rest stays.
    await look(true)(new Set(['127.0.0.9']))
    expect(asked).toHaveLength(1)
    expect([...(seen.tls?.answers.keys() ?? [])]).toEqual(['grafana.macula.local'])
  })
})
