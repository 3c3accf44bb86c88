import { judgeService } from '../../../main/model/judge.ts'
import type { AnswerSeen, ListenerSeen } from '../../../main/model/observation.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { services, suffix } from '../cli/fixture.ts'
import { change, greenWorld, now, silence, type Draft } from '../cli/worlds.ts'

/** One service of a world in which all is well, judged after something was broken. */

export function specOf(id: string): ServiceSpec {
  const spec = services.find((one) => one.id === id)
  if (!spec) throw new Error(`no ${id}`)
  return spec
}

export function judged(
  id: string,
  broken: (world: Draft) => void,
  part: Partial<ServiceSpec> = {},
): ServiceView {
  const world = greenWorld()
  broken(world)
  // In an order of their own: nobody's row depends on who comes first.
  return judgeService({ world, suffix, services: services.toReversed() }, { ...specOf(id), ...part })
}

export const rungsOf = (view: ServiceView): string => view.ladder.map(({ state }) => state).join(' ')
export const free: ListenerSeen = { kind: 'free', ms: 1 }
export const foreign: ListenerSeen = { kind: 'foreign', holder: { pid: 812, program: 'nginx' }, ms: 1 }
export const closed: AnswerSeen = { kind: 'closed', ms: 1 }
export const good = (ms: number): AnswerSeen => ({ kind: 'answer', says: 'HTTP 200', ms })
export const lost: AnswerSeen = { kind: 'timeout', ms: 3000, unmade: true }

/** Grafana has ended, and nothing answers. */
export const ended = (world: Draft): void => {
  silence(world, 'grafana')
  change(world, 'grafana', { state: 'exited', exitCode: 1, address: '', finishedAt: now - 60_000 })
}
export const away = (world: Draft): void => {
  silence(world, 'grafana')
  world.containers.delete('grafana')
}
export const unwanted = (world: Draft): void => void world.wanted.delete('grafana')
export const all =
  (...parts: readonly ((world: Draft) => void)[]) =>
  (world: Draft): void =>
    parts.forEach((part) => part(world))
export const acts =
  (what: 'starting' | 'stopping') =>
  (world: Draft): void =>
    void world.acting.set('grafana', what)
export const forwards =
  (seen: ListenerSeen) =>
  (world: Draft): void => {
    for (const port of [80, 3000]) world.listeners.set(`127.0.0.4:${port}`, seen)
  }
export const dockerDown = (world: Draft): void => {
  world.docker = { kind: 'down', code: 'absent', says: 'Nothing answers.' }
}
