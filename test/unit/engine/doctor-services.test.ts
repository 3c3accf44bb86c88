import { expect, test } from 'vitest'
import type { CheckInput } from '../../../main/engine/doctor/check.ts'
import { services as check } from '../../../main/engine/doctor/checks/services.ts'
import type { ListenerSeen } from '../../../main/model/observation.ts'
import { change, greenWorld, silence, snapshotOf, type Draft } from '../cli/worlds.ts'

/** The doctor is content only when everything is well: what many suffer from is told once, what is one's own beside it. */

const suspended: ListenerSeen = { kind: 'hung', pid: 41, program: 'socat', hung: 'suspended', ms: 1 }

async function found(broken: (draft: Draft) => void): Promise<readonly string[]> {
  const draft = greenWorld()
  broken(draft)
  const findings = await check.run({ snapshot: snapshotOf(draft) } as CheckInput)
  return findings.map(({ result, what }) => `${result}: ${what}`)
}

/** Nothing is asked through our forwarders any more. */
function allSuspended(draft: Draft): void {
  for (const key of draft.listeners.keys()) draft.listeners.set(key, suspended)
  for (const key of draft.answers.keys()) if (!key.endsWith('/direct')) draft.answers.delete(key)
}

test('all is well', async () => {
  expect(await found(() => undefined)).toEqual([expect.stringMatching(/^ok: /)])
})

test('what another check tells is no problem that passed here', async () => {
  const [finding, ...more] = await found((draft) => {
    for (const name of draft.names.keys()) draft.names.set(name, { kind: 'none', code: 'ENOTFOUND', ms: 1 })
  })
  expect(more).toEqual([])
  expect(finding).toMatch(/^ok: No service has a problem of its own/)
  expect(finding).not.toContain('work, with a problem')
})

test('without Docker nothing is known of them, and that is no pass', async () => {
  const down = { kind: 'down', code: 'absent', says: 'There is no Docker socket.' } as const
  expect(await found((draft) => void (draft.docker = down))).toEqual([expect.stringMatching(/^unknown: /)])
})

test('one forwarder that takes no connection is a finding', async () => {
  const [finding, ...more] = await found((draft) => {
    draft.listeners.set('127.0.0.4:3000', suspended)
    draft.answers.delete('grafana/web/native')
  })
  expect(finding).toMatch(
    /^warning: Grafana: 127\.0\.0\.4:3000 is ours \(socat, pid 41\), but takes no connection/,
  )
  expect(more).toEqual([])
})

test('all forwarders are one finding, and a container that crashes is another', async () => {
  const findings = await found((draft) => {
    allSuspended(draft)
    silence(draft, 'tempo')
    change(draft, 'tempo', { state: 'restarting', exitCode: 2, restarts: 5, address: '' })
  })
  expect(findings).toEqual([
    expect.stringMatching(/^warning: Forwarders of \d+ services do not work/),
    expect.stringMatching(/^failed: Tempo: /),
  ])
})

test('containers that cannot be reached are one finding, not one a service', async () => {
  const findings = await found((draft) => {
    for (const key of draft.answers.keys())
      draft.answers.set(
        key,
        key.endsWith('/direct') ? { kind: 'timeout', ms: 3000, unmade: true } : { kind: 'closed', ms: 1 },
      )
    draft.way = { kind: 'elsewhere', device: 'tun0', says: 'x' }
  })
  expect(findings).toEqual([
    expect.stringMatching(/^failed: \d+ containers of the Docker network cannot be reached/),
  ])
})

test('what names suffer from is told by their own check', async () => {
  const findings = await found((draft) => {
    for (const [name, seen] of draft.names) draft.names.set(name, { ...seen, ms: 5004 })
  })
  expect(findings).toEqual([expect.stringMatching(/^ok: /)])
})

test('a container of ours that is not in the catalog is a finding of its own', async () => {
  const [finding, ...more] = await found((draft) => {
    const loki = draft.containers.get('loki')
    if (loki) draft.containers.set('gone', { ...loki, service: 'gone', name: 'macula-gone-1' })
  })
  expect(finding).toBe('warning: gone runs and is not in the catalog: container macula-gone-1.')
  expect(more).toEqual([])
})
