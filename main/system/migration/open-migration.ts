import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DataMove, MigrationAdapter, MigrationPart, RootAdapter } from '../../engine/adapters.ts'
import type { ComposeProjectSeen, OldContainer } from '../../model/migration.ts'
import { namesOf } from '../../model/listeners.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import { ownUid } from '../docker/container.ts'
import { CALL_DEADLINE_MS, get, openLink, type Link } from '../docker/link.ts'
import type { Paths } from '../paths.ts'
import { clustersPart } from './clusters.ts'
import { composePart, oldProjects } from './compose.ts'
import { keptProjects, mergeRan } from './compose-kept.ts'
import { forwardersPart } from './forwarders.ts'
import { hostsPart } from './hosts.ts'
import { openJournal } from './journal.ts'
import { namesPart } from './names.ts'
import { restProject } from './rest.ts'

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
    clustersPart({ link, paths, env, uid: ownUid() }),
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
      const kept = keptProjects(earlier)
      const begun = kept.map(({ project, folder, files, containers, networks }): ComposeProjectSeen => ({
        project,
        folder,
        files: files.map(({ path }) => path),
        // Half of it may be there: what was kept knows of all.
        containers: mergeRan<OldContainer>(
          containers,
          now.find((one) => one.project === project)?.containers ?? [],
        ),
        networks: networks.map(({ id, name, subnet }) => ({
          id,
          name,
          ...(subnet === undefined ? {} : { subnet }),
        })),
      }))
      return [...now.filter(({ project }) => kept.every((one) => one.project !== project)), ...begun]
    },
    async free() {
      const { DockerRootDir: folder } = (await get((await link()).calls, '/info', {
        signal: AbortSignal.timeout(CALL_DEADLINE_MS),
      })) as { readonly DockerRootDir?: string }
      const info = folder === undefined ? undefined : await statfs(folder).catch(() => undefined)
      return info && info.bavail * info.bsize
    },
    rest: async (project, signal) => await restProject(await link(), project, signal),
  }
}
