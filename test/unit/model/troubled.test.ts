import { expect, test } from 'vitest'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { isTroubled } from '../../../main/model/troubled.ts'

type Seen = Pick<ContainerSeen, 'state' | 'health' | 'restarts' | 'stoppedOnPurpose'>
const well: Seen = { state: 'running', health: 'healthy', restarts: 0, stoppedOnPurpose: false }

test.each<readonly [string, Partial<Seen>, boolean]>([
  ['runs and is healthy', {}, false],
  ['runs and tells nothing', { health: 'none' }, false],
  ['runs and is unhealthy', { health: 'unhealthy' }, true],
  ['is healthy again after crashes', { restarts: 5 }, false],
  ['runs between two crashes', { restarts: 5, health: 'none' }, true],
  ['was made and not started', { state: 'created' }, false],
  ['is paused', { state: 'paused' }, false],
  ['was stopped on purpose', { state: 'exited', stoppedOnPurpose: true }, false],
  ['ended by itself', { state: 'exited' }, true],
  ['is restarting', { state: 'restarting' }, true],
  ['is dead', { state: 'dead' }, true],
])('a container that %s: its log is read for more: %s', (_, more, troubled) =>
  expect(isTroubled({ ...well, ...more })).toBe(troubled),
)
