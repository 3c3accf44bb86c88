import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type Docker from 'dockerode'
import type { BesideSettings, OtherMacula } from '../../model/owner.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { userName } from '../process/user.ts'
import { listening } from '../process/sockets.ts'
import { labels, ownUid } from './container.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'
import { freeSubnet, hostNetworks } from './subnets.ts'

/** Where compose says that it found the project: the rendered copy in the person's data folder. */
const WORKING_DIR = 'com.docker.compose.project.working_dir'
const COMPOSE_PROJECT = 'com.docker.compose.project'

export interface Wish {
  readonly project: string
  /** The settings file in which a person would choose another project. */
  readonly file: string
  /** The rendered copy of our own stack: compose writes it on what it makes. */
  readonly folder: string
}

interface Marked {
  readonly kind: 'container' | 'network' | 'volume'
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Another person's Macula of our project on this engine; undefined when it is ours, or nobody's. Whose it is tells the
 * label with the uid. What an earlier version made has none: then the owner of the folder that it was made from tells, and
 * where that folder is gone it counts as ours (its passwords show whether it is).
 */
export async function whose(
  link: Link,
  wish: Wish,
  env: Readonly<Record<string, string | undefined>>,
  own: number = ownUid(),
): Promise<OtherMacula | undefined> {
  const marked = await all(link, wish.project)
  const uids = await Promise.all(marked.map(async (one) => await uidOf(one, wish.folder, own)))
  const foreign = marked.filter((_, index) => uids[index] !== own)
  const uid = uids.find((one) => one !== own)
  if (uid === undefined) return undefined
  const user = await userName(uid)
  return {
    uid,
    project: wish.project,
    ...(user === undefined ? {} : { user }),
    has: sayHas(foreign),
    bySudo: own === 0 && env['SUDO_UID'] === String(uid),
    beside: await besideOf(link, wish.project, own),
    file: wish.file,
  }
}

async function all(link: Link, project: string): Promise<readonly Marked[]> {
  const label = [`${labels.project}=${project}`]
  return await within(CALL_DEADLINE_MS, async (abortSignal) => {
    const [containers, networks, { Volumes: volumes }] = await Promise.all([
      link.calls.listContainers({ all: true, filters: { label }, abortSignal }),
      link.calls.listNetworks({ filters: { label }, abortSignal }),
      link.calls.listVolumes({ filters: { label }, abortSignal }),
    ])
    const labelsOf = (one: { Labels?: unknown }): Readonly<Record<string, string>> =>
      (one.Labels as Record<string, string> | null | undefined) ?? {}
    return [
      ...containers.map((one) => ({ kind: 'container' as const, labels: labelsOf(one) })),
      ...networks.map((one) => ({ kind: 'network' as const, labels: labelsOf(one) })),
      // The daemon says null where there are none; the types do not know it.
      ...((volumes as Docker.VolumeInspectInfo[] | null) ?? []).map((one) => ({
        kind: 'volume' as const,
        labels: labelsOf(one),
      })),
    ]
  })
}

async function uidOf({ labels: said }: Marked, folder: string, own: number): Promise<number> {
  const label = said[labels.owner]
  if (label !== undefined && /^\d{1,10}$/.test(label)) return Number(label)
  const from = said[WORKING_DIR]
  if (from === undefined || from === folder || said[COMPOSE_PROJECT] === undefined) return own
  return (await ownerOf(from)) ?? own
}

/**
 * Who a folder belongs to. Below a folder that we may not search, it is whoever closed it; a folder that is gone is
 * nobody's.
 */
async function ownerOf(folder: string): Promise<number | undefined> {
  for (let path = folder; path !== dirname(path); path = dirname(path))
    try {
      const { uid } = await stat(path)
      return uid
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined
    }
  return undefined
}

/** "14 containers, 1 network and 6 volumes". */
function sayHas(foreign: readonly Marked[]): string {
  const counts = (['container', 'network', 'volume'] as const).flatMap((kind) => {
    const count = foreign.filter((one) => one.kind === kind).length
    return count === 0 ? [] : [sayCount(count, kind)]
  })
  return sayList(counts)
}

/** Settings that nothing on this machine is in the way of now. */
async function besideOf(link: Link, project: string, own: number): Promise<BesideSettings> {
  const networks = await within(
    CALL_DEADLINE_MS,
    async (abortSignal) => await link.calls.listNetworks({ abortSignal }),
  )
  const taken = networks.flatMap(({ Name: name, IPAM: ipam }) =>
    (ipam?.Config ?? []).flatMap(({ Subnet: subnet }) => (subnet === undefined ? [] : [{ name, subnet }])),
  )
  const sockets = await listening()
  const isFree = (prefix: string): boolean => !sockets.some(({ address }) => address.startsWith(`${prefix}.`))
  const prefixes = Array.from({ length: 200 }, (_, index) => `127.0.${index + 1}`)
  const ports = Array.from({ length: 200 }, (_, index) => 5355 + index)
  // Anything but letters and digits of a user's name is no part of a label.
  const name = ((await userName(own)) ?? '').toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return {
    project: `${project}-${name === '' ? own : name}`.slice(0, 63),
    subnet: freeSubnet([...taken, ...(await hostNetworks(taken))]),
    addresses: `${prefixes.find(isFree) ?? '127.0.1'}.0/24`,
    dnsPort: ports.find((port) => !sockets.some((socket) => socket.port === port)) ?? 5355,
  }
}
