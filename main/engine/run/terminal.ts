import { MaculaError } from '../../model/errors.ts'
import type { ContainerSeen } from '../../model/observation.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { sqlUser } from '../../model/sql.ts'
import { sayTerminalEnd, SHELL_ARGV, type TerminalKind } from '../../model/terminal.ts'
import type { TerminalHandle } from '../adapters.ts'
import type { Engine, Terminal } from '../engine.ts'
import { rowOf } from '../picked.ts'
import type { RunContext } from './context.ts'

/** Terminals in what runs: one for each call, of whoever asked for it. */
export function createTerminalCalls(
  context: RunContext,
  containerOf: (id: string) => Promise<ContainerSeen | undefined>,
): Pick<Engine, 'terminal'> {
  return {
    async terminal(id, { kind, columns, rows }) {
      const service = rowOf(context.catalog(), id)
      const argv = argvOf(service, kind)
      const { runtime } = service
      if (runtime.kind === 'cluster') {
        await context.needDocker('no terminal can be opened')
        const { where, handle } = await context.adapters.clusters.terminal(runtime.cluster, runtime.app, {
          argv,
          columns,
          rows,
        })
        return terminalOf(handle, where, kind, service)
      }
      const container = await containerOf(id)
      if (container?.state !== 'running')
        throw new MaculaError({
          kind: 'failed',
          what: `${service.title} does not run, so there is no container to open a terminal in.`,
          todo: `Start it: maculactl up ${id}`,
        })
      const handle = await context.adapters.docker.terminal(container.id, { argv, columns, rows })
      return terminalOf(handle, container.name, kind, service)
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
      what: `${service.title} is no PostgreSQL, so there is no psql in it.`,
      todo: 'Open a shell instead.',
    })
  // The socket of the container: who may exec in it needs no password.
  return ['psql', '--username', sql.user, '--dbname', sql.database]
}

function terminalOf(
  handle: TerminalHandle,
  where: string,
  kind: TerminalKind,
  service: ServiceSpec,
): Terminal {
  const program = kind === 'sql' ? 'psql' : 'The shell'
  return {
    place: { program: kind === 'sql' ? 'psql' : 'shell', where },
    output: handle.output,
    type: async (text) => await handle.type(text),
    size: async (columns, rows) => await handle.size(columns, rows),
    ended: async () => sayTerminalEnd(await handle.code(), program, service.title),
    close: async () => await handle.close(),
  }
}
