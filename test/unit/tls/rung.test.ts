import { describe, expect, test } from 'vitest'
import { ladderHead } from '../../../main/cli/draw/ladder.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import type { ListenerSeen } from '../../../main/model/observation.ts'
import { handable } from '../../../main/engine/open.ts'
import { variablesFor } from '../../../main/engine/run/environment.ts'
import { tlsRung } from '../../../main/model/rungs/tls.ts'
import { DAY_MS, type TlsAnswer, type TlsLooked, type TlsSeen } from '../../../main/model/tls.ts'
import type { World } from '../../../main/model/world.ts'
import { greenWorld } from '../cli/worlds.ts'
import { catalog } from '../cli/fixture.ts'

const now = Date.UTC(2026, 10, 26)
const name = 'grafana.macula.local'
const leaf = {
  fingerprint: 'BB',
  notBefore: now - DAY_MS,
  notAfter: now + 300 * DAY_MS,
  names: ['*.macula.local', name],
}
const shown = (part: Partial<Extract<TlsAnswer, { kind: 'shown' }>> = {}): TlsAnswer => ({
  kind: 'shown',
  ...leaf,
  ms: 2,
  ...part,
})
const ours: ListenerSeen = { kind: 'ours', pid: 7, program: 'socat', ms: 0 }
const trouble = { kind: 'invalid', what: 'The file is damaged.', todo: 'Put it back.' } as const

const rung = (part: Partial<Parameters<typeof tlsRung>[0]> = {}) =>
  tlsRung({
    name,
    address: '127.0.0.4',
    off: false,
    seen: { leaf },
    answer: shown(),
    listener: ours,
    now,
    ...part,
  })

describe('the rung of TLS', () => {
  test('is ok with a certificate of ours for the name, and says until when', () => {
    expect(rung()).toEqual({
      id: 'tls',
      state: 'ok',
      ms: 2,
      says: `https://${name}, certificate until 2027-09-22`,
    })
  })

  test.each<[string, Partial<Parameters<typeof tlsRung>[0]>, string, RegExp]>([
    ['what has no clean URL', { name: undefined }, 'unused', /no clean URL/],
    ['what is inside Docker only', { address: null }, 'unused', /no clean URL/],
    ['what is stopped', { off: true, answer: undefined, listener: undefined }, 'unreached', /stopped/],
    ['what was not checked yet', { answer: undefined }, 'unknown', /not checked yet/],
  ])('%s', (_, part, state, says) => {
    expect(rung(part)).toMatchObject({ state, says: expect.stringMatching(says) as string })
  })

  test.each<[string, Partial<Parameters<typeof tlsRung>[0]>, RegExp]>([
    [
      'another authority',
      { answer: shown({ error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }) },
      /an authority other than ours/,
    ],
    [
      'one that vouches for itself',
      { answer: shown({ error: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) },
      /for itself/,
    ],
    ['an end that was', { answer: shown({ error: 'CERT_HAS_EXPIRED' }) }, /has ended/],
    ['a beginning that comes', { answer: shown({ error: 'CERT_NOT_YET_VALID' }) }, /not valid yet/],
    ['a reason that is not known here', { answer: shown({ error: 'NEW_REASON' }) }, /NEW_REASON/],
    ['other names', { answer: shown({ names: ['a.example.com'] }) }, /other names/],
    ['an end that is near', { answer: shown({ notAfter: now + 70 * DAY_MS }) }, /neither did/],
    ['no TLS', { answer: { kind: 'none', says: 'ECONNRESET', ms: 1 } }, /not read its certificate/],
    ['no forwarder', { listener: { kind: 'free', ms: 0 }, answer: undefined }, /not running/],
    ['a port that only root may open', { listener: { kind: 'refused', code: 'EACCES', ms: 0 } }, /only root/],
    [
      'another program',
      { listener: { kind: 'foreign', holder: { pid: 1, program: 'nginx' }, ms: 0 } },
      /Another program/,
    ],
    ['no certificate at all', { seen: { trouble }, answer: undefined }, /damaged/],
  ])('%s is a way round, with why and what to do', (_, part, why) => {
    const found = rung(part)
    expect(found.state).toBe('round')
    expect(found.why).toMatch(why)
    expect(found.reason).not.toBe('')
    expect(found.todo).toBeTruthy()
  })
})

describe('a row', () => {
  const looked = (seen: TlsSeen, answer?: TlsAnswer, trusted = false): TlsLooked => ({
    seen,
    trusted,
    answers: new Map(answer ? [[name, answer]] : []),
  })
  const view = (tls?: TlsLooked) => {
    const world = greenWorld()
    world.listeners.set('127.0.0.4:443', ours)
    const seen: World = { ...world, at: now, ...(tls ? { tls } : {}) }
    const snapshot = makeSnapshot(tls ? { ...catalog, tls: true } : catalog, 'macula.local', seen, 1)
    const row = snapshot.services.find(({ id }) => id === 'grafana')
    if (!row) throw new Error('no Grafana')
    return { snapshot, row }
  }

  test('has five rungs before TLS was wished, and six after', () => {
    expect(view().row.ladder.map(({ id }) => id)).toEqual([
      'name',
      'address',
      'forwarder',
      'container',
      'service',
    ])
    const { row, snapshot } = view(looked({ leaf }, shown()))
    expect(row.ladder.map(({ id, state }) => [id, state]).at(-1)).toEqual(['tls', 'ok'])
    expect(row.endpoints[0]?.ladder.at(-1)?.id).toBe('tls')
    expect(row.state).toBe('works')
    expect(new Set(snapshot.services.map(({ ladder }) => ladder.length))).toEqual(new Set([6]))
    expect(ladderHead(snapshot.services.map(({ ladder }) => ladder))).toBe(' N A F C S T ')
    expect(ladderHead([view().row.ladder])).toBe(' N A F C S ')
  })

  test('opens with https once this machine trusts the authority; variables stay with http', () => {
    const open = (trusted: boolean, answer = shown()) => view(looked({ leaf }, answer, trusted))
    const url = ({ row }: ReturnType<typeof open>): string | undefined => row.endpoints[0]?.accesses[0]?.url
    expect(url(open(false))).toBe(`http://${name}`)
    expect(url(open(true))).toBe(`https://${name}`)
    expect(url(open(true, shown({ error: 'CERT_HAS_EXPIRED' })))).toBe(`http://${name}`)
    expect(handable(`https://${name}`, open(true).snapshot, open(true).row)).toBe(`https://${name}/`)
    const [variable] = variablesFor(catalog, ['grafana'], 'macula.local', new Map(), open(true).snapshot)
    expect(variable).toMatchObject({ name: 'GRAFANA_URL', value: `http://${name}` })
  })

  test('works with a problem where https does not', () => {
    const { row } = view(looked({ leaf }, shown({ error: 'CERT_HAS_EXPIRED' })))
    expect(row).toMatchObject({ state: 'degraded', reason: 'wrong certificate for https' })
    expect(row.headline?.fix?.command).toBe('maculactl up')
    // http is still what is opened.
    expect(row.endpoints[0]?.accesses[0]?.works).toBe(true)
  })

  test('what many suffer from for one reason is told once, what one has alone is its own', () => {
    const world = greenWorld()
    const hold = (...addresses: readonly string[]): void => {
      for (const address of addresses)
        world.listeners.set(`${address}:443`, {
          kind: 'foreign',
          holder: { pid: 9, program: 'apache2' },
          ms: 0,
        })
    }
    const causes = () =>
      makeSnapshot(
        { ...catalog, tls: true },
        'macula.local',
        { ...world, at: now, tls: looked({ leaf }) },
        1,
      ).causes.filter(({ id }) => id === 'tls')
    hold('127.0.0.4')
    expect(causes()).toEqual([])
    hold(...catalog.services.flatMap((one) => one.address ?? []))
    expect(causes()).toHaveLength(1)
    expect(causes()[0]?.headline.what).toMatch(
      /^\d+ services have no https: apache2 \(pid 9\) has port 443\.$/,
    )
    expect(causes()[0]?.services.length).toBeGreaterThan(3)
  })

  test('what is wrong with the authority is told once for all', () => {
    const { snapshot } = view(looked({ trouble }))
    const cause = snapshot.causes.find(({ id }) => id === 'tls')
    expect(cause?.headline.what).toBe('The file is damaged.')
    expect(cause?.services).toContain('grafana')
    expect(
      view(looked({ leaf, trouble }, shown())).snapshot.causes.find(({ id }) => id === 'tls')?.services,
    ).toEqual([])
  })
})
