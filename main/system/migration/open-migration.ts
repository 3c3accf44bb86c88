import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DataMove, MigrationAdapter, MigrationPart, RootAdapter } from '../../engine/adapters.ts'
import type { ComposeProjectSeen } from '../../model/migration.ts'
import { namesOf } from '../../model/listeners.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import { ownUid } from '../docker/container.ts'
import { CALL_DEADLINE_MS, get, openLink, type Link } from '../docker/link.ts'
import type { Paths } from '../paths.ts'
import { startContainer, stopContainer } from './act.ts'
import { clustersPart } from './clusters.ts'
import { composePart, oldProjects } from './compose.ts'
import { readKept } from './compose-kept.ts'
import { forwardersPart } from './forwarders.ts'
import { hostsPart } from './hosts.ts'
import { openJournal } from './journal.ts'
import { namesPart } from './names.ts'
import { stopOrder } from '../../model/before/compose.ts'

export interface MigrationInput {
  readonly paths: Paths
  readonly settings: Settings
  readonly catalog: Catalog
  readonly env: Readonly<Record<string, string | undefined>>
  readonly root: Pick<RootAdapter, 'ledger'>
  readonly data: readonly DataMove[]
  readonly now: () => number
}

/** What this machine ran for the platform before Macula. Nothing is asked before something is wanted to be known. */
export function openMigration(input: MigrationInput): MigrationAdapter {
  const { paths, settings, catalog, env, root } = input
  let way: Promise<Link> | undefined
  const link = async (): Promise<Link> => {
    way ??= openLink(settings.dockerHost, env)
    return await way
  }
  const parts: readonly MigrationPart[] = [
    composePart({ link, env, state: paths.state, subnet: settings.subnet }),
    clustersPart({ link, paths }),
    forwardersPart({ uid: ownUid(), stateHome: dirname(paths.state) }),
    namesPart({ suffix: settings.suffix, ledger: root.ledger }),
    hostsPart({ names: namesOf(catalog, settings.suffix), suffix: settings.suffix }),
  ]

  return {
    parts,
    data: input.data,
    journal: openJournal(paths.state, input.now),
    async projects(earlier): Promise<readonly ComposeProjectSeen[]> {
      const now = await oldProjects(await link())
      const kept = earlier.map(readKept).filter((one) => one !== undefined)
      const gone = kept
        .map(({ project, folder, files, containers, networks }): ComposeProjectSeen => ({
          project,
          folder,
          files: files.map(({ path }) => path),
          containers,
          networks: networks.map(({ id, name, subnet }) => ({
            id,
            name,
            ...(subnet === undefined ? {} : { subnet }),
          })),
        }))
        // Half of it may be there: what was kept knows of all.
        .map((one) => {
          const half = now.find(({ project }) => project === one.project)
          const more = half?.containers.filter(({ name }) => one.containers.every((old) => old.name !== name))
          return { ...one, containers: [...one.containers, ...(more ?? [])] }
        })
      return [...now.filter(({ project }) => kept.every((one) => one.project !== project)), ...gone]
    },
    async free() {
      const { DockerRootDir: folder } = (await get((await link()).calls, '/info', {
        signal: AbortSignal.timeout(CALL_DEADLINE_MS),
      })) as { readonly DockerRootDir?: string }
      const info = folder === undefined ? undefined : await statfs(folder).catch(() => undefined)
      return info && info.bavail * info.bsize
    },
    async rest(project, signal) {
      const to = await link()
      const now = (await oldProjects(to)).find((one) => one.project === project.project)
      // What ran is told by who asks: a run that was interrupted may have stopped some already.
      const ran = new Set(project.containers.flatMap(({ id, running }) => (running ? [id] : [])))
      const ordered = stopOrder((now?.containers ?? []).filter(({ id }) => ran.has(id)))
      const again = async (): Promise<void> => {
        for (const container of ordered.toReversed()) await startContainer(to, container)
      }
      try {
        for (const container of ordered) {
          if (signal.aborted)
            throw new MaculaError({ kind: 'refused', what: 'Stopping the old containers was interrupted.' })
          await stopContainer(to, container)
        }
      } catch (error) {
        await again()
        throw error
      }
      return again
    },
  }
}
