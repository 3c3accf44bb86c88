import { setTimeout as pause } from 'node:timers/promises'
import type { Engine, Targets } from '../../main/engine/engine.ts'
import type { ImageInfo, ServiceFacts } from '../../main/model/facts.ts'
import type { LogLine } from '../../main/model/log-line.ts'
import type { RunResult, StepEvent } from '../../main/model/run.ts'
import type { WizardStepId } from '../../main/model/wizard.ts'
import { catalog } from '../unit/cli/fixture.ts'
import { checks, setupItems, standIn, type StandIn } from '../unit/cli/stand-in.ts'
import { greenWorld, now, silence, type Draft } from '../unit/cli/worlds.ts'
import { activityEntries } from './activity-entries.ts'
import { logLine } from './log-lines.ts'
import { oldView } from '../unit/migration/old-view.ts'
import { wizardOf } from './wizard.ts'
import { worlds, type WorldName } from './worlds.ts'

/** How long a stand-in's service takes to start, and to stop. */
const STEP_MS = 600

type Tell = (event: StepEvent) => void

export interface Lively extends StandIn {
  /** Another world from now on; everybody is told. */
  switchTo(name: WorldName): void
  /** From now on a start or stop lasts until what this returns is called: what is shown meanwhile can be read at leisure. */
  readonly hold: () => () => void
}

/** A stand-in engine (`more` in place of its own parts) whose world answers to what is clicked: services start and stop, logs and load go on. */
export function lively(first: WorldName, more: Partial<Engine> = {}): Lively {
  let name = first
  const began = Date.now()
  /** The worlds' day goes on from their instant. */
  const clock = (): number => now + Date.now() - began
  const world = worlds[name]()
  const skipped = new Set<WizardStepId>()
  let held: Promise<void> | undefined
  const containers = catalog.services.filter(({ runtime }) => runtime.kind === 'container')
  const imageOf = (id: string): string => `example/${id}:1.0`

  const facts = (id: string): ServiceFacts | undefined => {
    const seen = world.containers.get(id)
    if (!seen) return undefined
    const index = containers.findIndex((service) => service.id === id)
    return {
      service: id,
      container: seen.name,
      image: seen.image,
      digest: `sha256:${'3e4b8c0d1f2a5967'.repeat(4)}`,
      imageBytes: 96_000_000 + index * 31_000_000,
      address: seen.address,
      ports: (containers[index]?.endpoints ?? []).map(({ target }) => `${target}/tcp`),
      volumes: [
        {
          name: `macula_${id}-data`,
          kind: 'volume',
          at: `/var/lib/${id}`,
          readOnly: false,
          bytes: 48_300_000,
        },
        { name: `/stack/${id}/${id}.yml`, kind: 'bind', at: `/etc/${id}.yml`, readOnly: true },
      ],
      memoryLimit: 0,
      startedAt: seen.startedAt,
      restarts: seen.restarts,
      restartPolicy: 'unless-stopped',
    }
  }

  async function walk(
    verb: 'start' | 'stop',
    ids: readonly string[],
    tell: Tell,
    signal: AbortSignal,
  ): Promise<RunResult> {
    const start = Date.now()
    const green = greenWorld()
    const done: string[] = []
    for (const service of ids.filter((id) => containers.some((one) => one.id === id))) {
      if (signal.aborted) break
      const ms = (): number => Date.now() - start
      world.acting.set(service, verb === 'start' ? 'starting' : 'stopping')
      tell({ kind: verb === 'start' ? 'starting' : 'stopping', ms: ms(), service })
      if (verb === 'start') settle(world, green, service, clock())
      silence(world, service)
      one.publish()
      await (held ?? pause(STEP_MS))
      world.acting.delete(service)
      if (verb === 'start') {
        world.wanted.add(service)
        for (const [key, seen] of green.answers)
          if (key.startsWith(`${service}/`)) world.answers.set(key, seen)
        tell({ kind: 'answers', ms: ms(), service, tookMs: STEP_MS })
      } else {
        world.wanted.delete(service)
        world.containers.delete(service)
        tell({ kind: 'stopped', ms: ms(), service, tookMs: STEP_MS })
      }
      done.push(service)
      one.publish()
    }
    return { ok: true, done, failed: [], skipped: [], ms: Date.now() - start }
  }

  const listed = (ids: Targets): readonly string[] => (ids === 'all' ? containers.map(({ id }) => id) : ids)
  const over: Partial<Engine> = {
    async up(ids, tell, signal) {
      const result = await walk('start', listed(ids), tell, signal)
      // Once all of it answers: a set-up goes on then.
      one.asked.push(`up ${ids === 'all' ? ids : ids.join(',')}`)
      return result
    },
    down: async (ids, { also }, tell, signal) =>
      await walk(
        'stop',
        also ? [...ids, ...one.engine.consequences(ids).failing.map(({ service }) => service)] : ids,
        tell,
        signal,
      ),
    async restart(ids, tell, signal) {
      await walk('stop', listed(ids), tell, signal)
      return await walk('start', listed(ids), tell, signal)
    },
    async fix(action, tell, signal) {
      if (action.kind === 'start' || action.kind === 'restart')
        return await walk('start', action.services, tell, signal)
      const green = greenWorld()
      for (const [key, seen] of green.listeners) world.listeners.set(key, seen)
      for (const [key, seen] of green.names) world.names.set(key, seen)
      one.publish()
      return { ok: true, done: [], failed: [], skipped: [], ms: 40 }
    },
    facts: (id) => Promise.resolve(facts(id)),
    activity: () =>
      Promise.resolve({ entries: name === 'nothing' ? [] : activityEntries, broken: 0, mark: name }),
    load: (id) =>
      Promise.resolve(
        Array.from({ length: 55 }, (_, index) => ({
          at: clock() - (55 - index) * 60_000,
          cpu: 4 + 3 * Math.sin(index / 5) + (index === 30 ? 40 : 0),
          memory: 150_000_000 + index * 700_000,
          memoryLimit: 8_200_000_000,
          // Nobody looked for a while.
        })).filter(({ at }, index) => world.containers.has(id) && at > 0 && (index < 12 || index > 20)),
      ),
    async *stats(id, signal) {
      for (let tick = 0; !signal.aborted && world.containers.has(id); tick += 1) {
        const wave = Math.sin(tick / 4) + Math.sin(tick / 11)
        yield {
          at: clock(),
          cpu: 4 + 2 * wave + (tick % 17 === 0 ? 22 : 0),
          memory: 187_000_000 + 4_000_000 * wave,
          memoryLimit: 8_200_000_000,
        }
        await pause(1000, undefined, { signal }).catch(() => undefined)
      }
    },
    async *logs(ids, { follow, tail = 100, until, signal }) {
      const running = ids.filter((id) => until !== undefined || world.containers.has(id))
      if (running.length === 0) return
      const end = until ?? clock()
      const line = (at: number, tick: number): LogLine =>
        logLine(running[tick % running.length] ?? '', at, tick)
      const count = tail * (until === undefined ? running.length : 1)
      const from = Math.floor(end / 700)
      for (let tick = from - count; tick < from; tick += 1) yield line(tick * 700, tick)
      if (!follow) return
      for (let tick = from; !signal.aborted; tick += 1) {
        await pause(700, undefined, { signal }).catch(() => undefined)
        if (!signal.aborted) yield line(clock(), tick)
      }
    },
    images: () =>
      Promise.resolve(
        containers.map(({ id, title }, index): ImageInfo => {
          const present = name !== 'nothing' || index % 4 === 0
          return {
            service: id,
            title,
            image: imageOf(id),
            present,
            ...(present
              ? { bytes: 96_000_000 + index * 31_000_000 }
              : { download: 32_000_000 + index * 11_000_000 }),
          }
        }),
      ),
    async pull(ids, tell) {
      const start = Date.now()
      for (const id of ids) {
        const image = imageOf(id)
        const totalBytes = 96_000_000
        for (let part = 1; part <= 5; part += 1) {
          const progress = {
            image,
            phase: 'downloading',
            currentBytes: (totalBytes / 5) * part,
            totalBytes,
          } as const
          tell({ kind: 'pull', ms: Date.now() - start, progress })
          await pause(STEP_MS / 5)
        }
        tell({ kind: 'pulled', ms: Date.now() - start, image, tookMs: STEP_MS })
      }
      return { ok: true, done: ids, failed: [], skipped: [], ms: Date.now() - start }
    },
    wizard: () => Promise.resolve(wizardOf(name, skipped)),
    skipStep(step, out) {
      if (out) skipped.add(step)
      else skipped.delete(step)
      return Promise.resolve(wizardOf(name, skipped))
    },
    chooseRun: () => Promise.resolve(wizardOf(name, skipped)),
    endWizard: () => Promise.resolve(),
    ...(name === 'old' ? { migration: () => Promise.resolve(oldView) } : {}),
    async resetData(id, _typed, tell, signal) {
      const result = await walk('stop', [id], tell, signal)
      return { ...result, moved: [{ from: `macula_${id}-data`, to: `macula_${id}-data-20261123-104255` }] }
    },
    doctor: () => Promise.resolve(name === 'green' ? checks.filter(({ result }) => result === 'ok') : checks),
    setupPlan: () =>
      Promise.resolve(
        name === 'nothing' ? setupItems.map((item) => ({ ...item, state: 'to do' as const })) : setupItems,
      ),
  }
  const one = standIn({
    world,
    over: { ...over, ...more },
    elevation: 'desktop',
    migrated: {
      ok: true,
      done: [],
      left: [],
      aside: [{ from: 'macula_registry', to: 'macula_registry_before-20261127-0034' }],
      off: [{ id: 'registry', title: 'Registry' }],
    },
  })
  return {
    ...one,
    hold() {
      let end = (): void => undefined
      held = new Promise((resolve) => {
        end = resolve
      })
      return () => {
        held = undefined
        end()
      }
    },
    switchTo(next) {
      name = next
      Object.assign(world, worlds[next]())
      one.publish()
    },
  }
}

/** What is there of a service as soon as its container runs. */
function settle(world: Draft, green: Draft, service: string, at: number): void {
  const seen = green.containers.get(service)
  if (seen) world.containers.set(service, { ...seen, startedAt: at })
  const address = catalog.services.find(({ id }) => id === service)?.address
  for (const [key, listener] of green.listeners)
    if (
      address !== null &&
      address !== undefined &&
      key.startsWith(`${address}:`) &&
      !world.listeners.has(key)
    )
      world.listeners.set(key, listener)
}
