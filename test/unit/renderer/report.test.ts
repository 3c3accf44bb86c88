import { expect, test } from 'vitest'
import { MASK } from '../../../main/model/clean.ts'
import { redact, reportOf } from '../../../renderer/views/doctor/report.ts'
import { checks, now } from '../cli/stand-in.ts'
import { snapshotOf, troubleWorld } from '../cli/worlds.ts'

const about = {
  version: '0.1.0',
  face: 'desktop',
  platform: 'linux',
  tray: true,
  folders: {
    config: '/home/anna/.config/macula-desktop',
    services: '/home/anna/.config/macula-desktop/services',
    state: '/home/anna/.local/state/macula-desktop',
  },
  notes: ['/home/anna/.config/macula-desktop/settings.json cannot be used: it is not JSON.'],
} as const

test('a report names every check, worst first, and every service', () => {
  const text = reportOf({ about, snapshot: snapshotOf(troubleWorld()), checks, tookMs: 1800, at: now })
  const tempo = text.indexOf('[failed] Tempo')
  const lookup = text.indexOf('[warning] Lookup through the OS resolver')
  expect(tempo).toBeGreaterThan(0)
  expect(lookup).toBeGreaterThan(tempo)
  for (const check of checks) expect(text).toContain(`[${check.result}] ${check.title}: ${check.what}`)
  expect(text).toContain('Why: The VPN on tun0 connected at 10:42')
  expect(text).toContain('3 passed, 2 findings, took 1.8 s')
  expect(text).toMatch(/^ {2}grafana: .*; name \w+, address ok/m)
})

test('fault 35: a report has no folder of the person and no password of a URL', () => {
  const text = reportOf({
    about,
    snapshot: null,
    checks: [
      {
        ...checks[0]!,
        result: 'failed',
        what: 'postgres://macula:canary-secret@127.0.0.8:5432/macula is refused.',
        why: '/home/anna/.docker/config.json names a helper.',
      },
    ],
    tookMs: 10,
    at: now,
  })
  expect(text).not.toContain('canary-secret')
  expect(text).not.toContain('/home/anna')
  expect(text).toContain('~/.docker/config.json')
  expect(text).toContain(`postgres://macula:${MASK}@127.0.0.8:5432/macula`)
})

test('only what stands before @ in a URL is masked', () => {
  expect(redact('http://127.0.0.4:3000/a@b and a:b@c', undefined)).toBe('http://127.0.0.4:3000/a@b and a:b@c')
  expect(redact('https://user:pa@h and redis://:pw@h', undefined)).toBe(
    `https://user:${MASK}@h and redis://:${MASK}@h`,
  )
})

test('what happened lately is in a report, bounded', () => {
  const activity = Array.from(
    { length: 300 },
    (_, index) =>
      ({ at: now - (300 - index) * 1000, kind: 'failed', service: 'tempo', reason: `n${index}` }) as const,
  )
  const text = reportOf({ about, snapshot: snapshotOf(troubleWorld()), checks, tookMs: 1, at: now, activity })
  expect(text).toContain('Activity, newest last (100 of 300)')
  expect(text.match(/Tempo failed/g)).toHaveLength(100)
  expect(text).toContain('Tempo failed | n299.')
  expect(text).not.toContain('n199.')
})
