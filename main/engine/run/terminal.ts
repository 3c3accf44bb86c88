import { MaculaError } from '../../model/errors.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { sqlUser } from '../../model/sql.ts'
import { sayTerminalEnd, SHELL_ARGV, type TerminalKind } from '../../model/terminal.ts'
import type { TerminalHandle } from '../adapters.ts'
import type { Engine, Terminal } from '../engine.ts'
import { rowSeen } from '../picked.ts'
import type { RunContext } from './context.ts'

/** Terminals in what runs: one for each call, of whoever asked for it. */
export function createTerminalCalls(
  context: RunContext,
  containerOf: (id: string) => Promise<ContainerSeen | undefined>,
): Pick<Engine, 'piped' | 'terminal'> {
  async function running(service: ServiceSpec): Promise<ContainerSeen> {
    const container = await containerOf(service.id)
    if (container?.state === 'running') return container
    throw new MaculaError({
      kind: 'failed',
      what: `${service.title} does not run, so there is no container to enter.`,
      todo: `Start it: maculactl up ${service.id}`,
    })
  }

  /** A command of its own has not looked at Docker yet. */
  async function toCluster(refused: string): Promise<void> {
    await context.truth.observe.docker()
    await context.needDocker(refused)
  }

  return {
    async piped(id, argv) {
      const service = rowSeen(context, id)
      const { runtime } = service
      if (runtime.kind === 'cluster') {
        await toCluster('no program can be run in it')
        return await context.adapters.clusters.piped(runtime.cluster, runtime.app, argv)
      }
      return await context.adapters.docker.piped((await running(service)).id, argv)
    },
    async terminal(id, { kind, columns, rows, argv: own }) {
      const service = rowSeen(context, id)
      const argv = own ?? argvOf(service, kind)
      const { runtime } = service
      if (runtime.kind === 'cluster') {
        await toCluster('no terminal can be opened')
        const { where, handle } = await context.adapters.clusters.terminal(runtime.cluster, runtime.app, {
          argv,
          columns,
          rows,
        })
        return terminalOf(handle, where, nameOf(kind, own), service)
      }
      const container = await running(service)
      const handle = await context.adapters.docker.terminal(container.id, { argv, columns, rows })
      return terminalOf(handle, container.name, nameOf(kind, own), service)
    },
  }
}

/** What is run, by argv: nothing of it is data but validated names. Throws MaculaError `usage` where there is no such program. */
function argvOf(service: ServiceSpec, kind: TerminalKind): readonly string[] {
  if (kind === 'shell') return SHELL_ARGV
  const sql = sqlUser(service)
  if (!sql)
    throw new MaculaError({
      kind: 'usage',
      what: `${service.title} is not PostgreSQL, so there is no psql in it.`,
      todo: 'Open a shell instead.',
    })
  // The socket of the container: who may exec in it needs no password.
  return ['psql', '--username', sql.user, '--dbname', sql.database]
}

/** What the program is called. */
function nameOf(kind: TerminalKind, own: readonly string[] | undefined): string {
  return own?.[0] ?? (kind === 'sql' ? 'psql' : 'shell')
}

function terminalOf(handle: TerminalHandle, where: string, name: string, service: ServiceSpec): Terminal {
  const program = name === 'shell' ? 'The shell' : name
  const first = firstWords(handle.output)
  return {
    place: { program: name, where },
    output: first.output,
    type: async (text) => await handle.type(text),
    size: async (columns, rows) => await handle.size(columns, rows),
    async ended() {
      return sayTerminalEnd(await handle.code(), program, service.title, first.text())
    },
    close: async () => await handle.close(),
  }
}

/** Characters: a refusal is short, and the first that is said. */
const MOST_FIRST = 2000

/** The pieces as they come, and what came first. */
function firstWords(from: AsyncIterable<string>): { readonly output: AsyncIterable<string>; text(): string } {
  let text = ''
  async function* output(): AsyncGenerator<string> {
    for await (const piece of from) {
      if (text.length < MOST_FIRST) text += piece.slice(0, MOST_FIRST)
      yield piece
    }
  }
  return { output: output(), text: () => text }
}
