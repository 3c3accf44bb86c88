import type { ContainerSeen } from '../../model/observation.ts'
import type { Engine } from '../engine.ts'
import { createLoadHistory, type LoadHistory } from '../look/load.ts'
import { createAct } from './act.ts'
import type { RunContext } from './context.ts'
import { createTerminalCalls } from './terminal.ts'

/** What faces may ask of one container: what Docker knows of it, and what it uses. */
export function createContainerCalls(context: RunContext): Pick<
  Engine,
  'facts' | 'stats' | 'load' | 'piped' | 'terminal' | 'act'
> & {
  readonly history: LoadHistory
} {
  const { adapters, truth } = context
  const history = createLoadHistory({
    docker: adapters.docker,
    clock: adapters.clock,
    running: () => [...truth.seen.containers.values()].filter(({ state }) => state === 'running'),
  })

  /** The container of a service as Docker has it now; undefined while it has none. */
  async function containerOf(id: string): Promise<ContainerSeen | undefined> {
    await truth.observe.docker()
    await context.needDocker('nothing is known of containers')
    const known = truth.seen.containers.get(id)
    const found = known && (await adapters.docker.inspect(known.id))
    return found ?? (await adapters.docker.containers()).find((container) => container.service === id)
  }

  return {
    history,
    ...createTerminalCalls(context, containerOf),
    act: createAct(context, containerOf),
    async facts(id) {
      const container = await containerOf(id)
      return container && (await adapters.docker.facts(container))
    },
    async *stats(id, signal) {
      const container = await containerOf(id)
      if (container?.state !== 'running') return
      for await (const sample of adapters.docker.stats(container, signal)) {
        history.took(id, sample)
        yield sample
      }
    },
    load: (id) => Promise.resolve(history.of(id)),
  }
}
