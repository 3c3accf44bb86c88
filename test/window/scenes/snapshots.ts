import type { Holder } from '../../../main/model/observation.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import { answerKey } from '../../../main/model/world.ts'
import { app, pod, up } from '../../unit/cluster/world.ts'
import { dockerDownWorld, greenWorld, now, snapshotOf, troubleWorld } from '../../unit/cli/worlds.ts'

/** Snapshots that no world of its own is worth: many services, long and right-to-left titles, clusters. */

const LONG = 'Observability warehouse of the second platform team, staging'
const RIGHT_TO_LEFT = 'לוח בקרה של המדדים והיומנים (מהדורה שנייה)'

/** 250 services of one tier, most of which work. */
export function crowd(): Snapshot {
  const base = snapshotOf(troubleWorld())
  const like = base.services.find(({ id }) => id === 'loki')
  if (!like) throw new Error('no loki')
  const services = Array.from({ length: 250 }, (_, index): ServiceView => ({
    ...like,
    id: `own-${index}`,
    title: `Own ${index}`,
    tier: 'tools',
    neededBy: [],
  }))
  return {
    ...base,
    services,
    tiers: base.tiers.map((tier) => ({
      ...tier,
      services: tier.id === 'tools' ? services.map(({ id }) => id) : [],
    })),
  }
}

/** Titles and names that have no room. */
export function longNames(): Snapshot {
  const base = snapshotOf(troubleWorld())
  const titles: Readonly<Record<string, string>> = {
    registry: LONG,
    grafana: RIGHT_TO_LEFT,
    tempo: `${RIGHT_TO_LEFT} Tempo`,
    loki: 'a'.repeat(90),
  }
  return {
    ...base,
    services: base.services.map((one) => ({ ...one, title: titles[one.id] ?? one.title })),
  }
}

/** Services with what their own descriptions offer to be done. */
export function withActions(): Snapshot {
  const base = snapshotOf(greenWorld())
  return {
    ...base,
    services: base.services.map((one) =>
      one.id === 'timescaledb'
        ? {
            ...one,
            actions: [
              { id: 'vacuum', title: 'Vacuum', run: ['vacuumdb', '--all'], in: 'container' },
              {
                id: 'seed',
                title: 'Load the example rows',
                run: ['psql', '--file', '/seed.sql'],
                in: 'container',
                asks: 'All rows of the table examples are replaced.',
              },
            ],
          }
        : one,
    ),
  }
}

/** The hub was to be created, and its node image could not be had. */
export function neverMade(): Snapshot {
  const world = greenWorld()
  world.clusters = new Map([['hub', { kind: 'absent', wasMade: false }]])
  world.wanted = new Set([...world.wanted, 'cluster/hub'])
  world.failures = new Map([
    [
      'cluster/hub',
      {
        says: 'no image',
        times: 1,
        anew: false,
        unmade: {
          what: 'The image kindest/node:v1.37.0 cannot be pulled.',
          why: 'The registry cannot be reached.',
          todo: 'Check the network of this machine.',
        },
      },
    ],
  ])
  return snapshotOf(world)
}

/** No cluster was ever created here. */
export function noCluster(): Snapshot {
  const world = greenWorld()
  world.clusters = new Map([['hub', { kind: 'absent', wasMade: false }]])
  return snapshotOf(world)
}

/** The hub runs, with an application of each state. */
export function cluster(): Snapshot {
  const world = greenWorld()
  const host = 'neurolab.macula.local'
  world.clusters = new Map([
    [
      'hub',
      up(
        { console: app() },
        {
          ingresses: [
            {
              namespace: 'demo',
              name: 'neurolab',
              hosts: [host, '*.lab.macula.local'],
              routes: [host],
              pods: [pod({ name: 'neurolab-5c9d8', image: 'localhost:5001/neurolab:1', startedAt: now })],
              selector: 'app=neurolab',
            },
          ],
        },
      ),
    ],
  ])
  world.addresses.set('127.0.0.2', { kind: 'ok', ms: 0 })
  world.listeners.set('127.0.0.2:80', { kind: 'ours', pid: 9, program: 'socat', ms: 0 })
  for (const [id, name] of [
    ['console', 'console'],
    ['demo-neurolab', 'neurolab'],
  ] as const) {
    world.names.set(`${name}.macula.local`, { kind: 'answer', addresses: ['127.0.0.2'], ms: 1 })
    world.answers.set(answerKey(id, 'web', 'front'), { kind: 'answer', says: 'HTTP 200', status: 200, ms: 4 })
  }
  return snapshotOf(world)
}

/** Docker is installed and does not run: it can be started from here. */
export function dockerStopped(): Snapshot {
  const world = dockerDownWorld()
  world.docker = {
    kind: 'down',
    code: 'absent',
    says: 'There is no socket at /var/run/docker.sock.',
    means: {
      kind: 'start',
      title: 'Docker',
      by: 'root',
      argv: ['systemctl', 'start', 'docker'],
      deadline: 60_000,
    },
  }
  return snapshotOf(world)
}

/** A port of ours is held by a unit that can be stopped from here. */
export const portHeld = (): Snapshot =>
  heldBy({ pid: 812, program: 'nginx', user: 'root', unit: { name: 'nginx.service', of: 'system' } })

/** The same by a container of somebody's project with a long name. */
export const portHeldByContainer = (): Snapshot =>
  heldBy({
    container: 'ada-warehouse-of-the-second-team-reverse-proxy-1',
    compose: 'ada-warehouse-of-the-second-team',
  })

function heldBy(holder: Holder): Snapshot {
  const world = troubleWorld()
  world.listeners.set('127.0.0.4:80', { kind: 'foreign', holder, ms: 1 })
  return snapshotOf(world)
}
