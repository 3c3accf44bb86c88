import type { ActivityEntry } from '../../main/model/activity.ts'
import { now } from '../unit/cli/worlds.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const run = (ago: number, part: Partial<Extract<ActivityEntry, { kind: 'run' }>>): ActivityEntry => ({
  at: now - ago,
  kind: 'run',
  verb: 'start',
  by: 'window',
  about: ['grafana'],
  failed: [],
  result: 'done',
  ms: 4200,
  ...part,
})

/** Some days of a timeline, oldest first; what one container says is hostile. */
export const activityEntries: readonly ActivityEntry[] = [
  ...Array.from({ length: 300 }, (_, index) =>
    run(3 * DAY + (300 - index) * MINUTE, {
      about: [index % 2 === 0 ? 'loki' : 'prometheus'],
      verb: 'restart',
    }),
  ),
  run(DAY + 80 * MINUTE, { verb: 'machine', about: ['Allow ports from 80', 'Install 2 packages'] }),
  run(DAY + 70 * MINUTE, {
    verb: 'pull',
    about: ['grafana', 'loki', 'tempo', 'prometheus', 'registry', 's3'],
    ms: 190_000,
  }),
  run(DAY + 60 * MINUTE, { about: ['grafana', 'loki', 'tempo', 'prometheus', 'registry', 's3'], by: 'tray' }),
  { at: now - 140 * MINUTE, kind: 'network', link: 'tun0', address: '10.8.0.2', was: '' },
  {
    at: now - 120 * MINUTE,
    kind: 'trouble',
    cause: 'names',
    what: 'Names take 5.0 s instead of 3 ms.',
    why: 'tun0 came up 08:22 and its name server is asked first.',
    from: now - 138 * MINUTE,
    to: now - 120 * MINUTE,
  },
  run(60 * MINUTE, { verb: 'stop', by: 'command line', about: ['timescaledb'] }),
  {
    at: now - 5 * MINUTE,
    kind: 'failed',
    service: 'tempo',
    reason:
      'Stops right after it starts: exit code 1, 5 restarts since 10:38. \u001B[31mfailed\u001B[0m \u202Eyaml: line 14 <img src=x onerror=alert(1)>',
  },
  run(3 * MINUTE, {
    result: 'failed',
    about: ['tempo'],
    failed: [{ service: 'tempo', reason: 'It did not answer within 60 s.' }],
  }),
  { at: now - MINUTE, kind: 'works', service: 'grafana' },
]
