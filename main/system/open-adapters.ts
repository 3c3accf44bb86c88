import type {
  Adapters,
  ClusterAdapter,
  DockerAdapter,
  MachineStep,
  ResolverRoute,
  RootAdapter,
} from '../engine/adapters.ts'
import { late } from '../model/late.ts'
import type { Catalog, Settings } from '../model/service.ts'
import { openNameServer } from './dns/open-name-server.ts'
import { openZones } from './dns/powerdns.ts'
import { ownUid } from './docker/container.ts'
import { registryAuth } from './docker/credentials.ts'
import { openLink } from './docker/link.ts'
import { openEngineStart } from './docker/means.ts'
import { openRelease } from './docker/release.ts'
import { openDocker } from './docker/open-docker.ts'
import { openRegistries } from './docker/registry-sizes.ts'
import { openRestores } from './backup/cut-file.ts'
import { openBackups } from './backup/open-backups.ts'
import { openForwarders } from './forward/open-forwarders.ts'
import { openHost } from './host/open-host.ts'
import { openDumps } from './inside/dumps.ts'
import { openIntent } from './keep/intent.ts'
import { openLock } from './keep/lock.ts'
import { openActivity } from './keep/activity.ts'
import { openRecord } from './keep/record.ts'
import { openSecrets } from './keep/secrets.ts'
import { openSetupMemory } from './keep/setup-memory.ts'
import { openClusters } from './kind/open-clusters.ts'
import { openMigration } from './migration/open-migration.ts'
import type { Paths } from './paths.ts'
import { openEnvFiles } from './project/env-files.ts'
import { openUpdates } from './keep/updates.ts'
import { settingsFile } from './keep/settings.ts'
import { stackFolder } from './stack/render.ts'
import { openStack } from './stack/open-stack.ts'

/** All of the outside for one set of folders and settings. `self`: the program and arguments of this command line. */
export async function openAdapters(input: {
  readonly paths: Paths
  readonly settings: Settings
  readonly catalog: Catalog
  readonly env: Readonly<Record<string, string | undefined>>
  readonly self: readonly string[]
  readonly root: RootAdapter
  readonly routes: readonly ResolverRoute[]
  readonly steps: readonly MachineStep[]
}): Promise<Adapters> {
  const { paths, settings, catalog, env, self, root, routes, steps } = input
  const now = (): number => Date.now()
  const owner = { uid: ownUid(), project: settings.project }
  const docker = await openDocker(settings, env, {
    file: settingsFile(paths),
    folder: stackFolder(paths),
  })
  const secrets = openSecrets(paths, {
    volumes: async () => await docker.volumes.all(),
    container: async (service) => await docker.madeWith(service),
  })
  const clusters = openClusters({ paths, settings, env, now })
  return {
    docker,
    inside: late(async () => (await import('./inside/open-inside.ts')).openInside(docker)),
    stack: openStack({ paths, settings, secrets, env, now }),
    forwarders: openForwarders(paths, owner, env, self),
    nameServer: openNameServer(paths, owner, settings, env),
    zones: openZones(),
    host: openHost(env, settings.dnsPort),
    routes,
    steps,
    root,
    release: openRelease(settings.dockerHost, env),
    engineStart: openEngineStart(settings.dockerHost, env),
    secrets,
    lock: openLock(paths, now),
    intent: openIntent(paths, async () => await runningIn(docker, clusters, catalog), now, settings.project),
    memory: openSetupMemory(paths),
    record: openRecord(paths),
    clusters,
    ...(process.platform === 'linux'
      ? { migration: openMigration({ paths, settings, catalog, env, root, data: [], now }) }
      : {}),
    data: late(async () => {
      const { openData } = await import('./migration/data/open-data.ts')
      return openData(async () => await openLink(settings.dockerHost, env), settings.project, paths)
    }),
    eject: late(async () => (await import('./eject/open-eject.ts')).openEject({ paths, settings, env, now })),
    backups: openBackups(paths),
    dumps: openDumps(docker),
    restores: openRestores(paths),
    registries: openRegistries({ auth: async (image) => await registryAuth(image, env), now }),
    tls: late(async () => (await import('./tls/open-tls.ts')).openTls(paths, settings, now)),
    alerts: late(async () => (await import('./host/alerts.ts')).openAlerts()),
    activity: openActivity(paths, now),
    envFiles: openEnvFiles(paths),
    updates: openUpdates(paths),
    clock: { now },
  }
}

/** What runs now, of both kinds: containers, and clusters with their applications. */
async function runningIn(
  docker: DockerAdapter,
  clusters: ClusterAdapter,
  { services }: Catalog,
): Promise<readonly string[]> {
  const containers = (await docker.containers()).flatMap(({ service, state }) =>
    state === 'running' || state === 'restarting' ? [service] : [],
  )
  const inClusters = services.map(async ({ id, runtime }) => {
    if (runtime.kind !== 'cluster') return []
    const seen = await clusters.see(runtime.cluster, [], undefined).catch(() => undefined)
    return seen?.kind === 'up' ? [id] : []
  })
  return [...containers, ...(await Promise.all(inClusters)).flat()]
}
