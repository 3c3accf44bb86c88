import { join } from 'node:path'
import type { MigrationPart, OldPart, PlannedStep } from '../../engine/adapters.ts'
import {
  beyondShown,
  isPlatform,
  isPlatformContainer,
  sayPorts,
  stopOrder,
} from '../../model/before/compose.ts'
import { notAsShown } from '../../model/before/shown.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { ownUid } from '../docker/container.ts'
import type { Link } from '../docker/link.ts'
import { readIfThere } from '../files.ts'
import { leaveNetwork, removeContainer, removeNetwork, stopContainer } from './act.ts'
import { bringBack } from './compose-back.ts'
import { keptProjects, mergeKept, readKept } from './compose-kept.ts'
import { keptWhole, networkWith, PREFIX, stepOf } from './compose-step.ts'
import { composeProjects, guestsOf, type Guest, type SeenProject } from './docker.ts'
import { whyLeft, whyMixed, type Left } from './whose.ts'
import { downOf, quoted } from './words.ts'

export interface ComposeInput {
  readonly link: () => Promise<Link>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly state: string
  /** Our own subnet. */
  readonly subnet: string
}

/** The platform's own Compose projects on this machine that are ours to take over. */
export async function oldProjects(link: Link): Promise<readonly SeenProject[]> {
  return (await allProjects(link)).flatMap(({ project, left }) => (left === undefined ? [project] : []))
}

/** All of them; `left`: why one is not ours to take over. */
async function allProjects(
  link: Link,
): Promise<readonly { readonly project: SeenProject; readonly left: Left | undefined }[]> {
  const projects = (await composeProjects(link)).filter(isPlatform)
  return await Promise.all(
    projects.map(async (project) => ({
      project,
      left:
        byPodman(project) ??
        (await whyMixed(project, ownUid(), isPlatformContainer)) ??
        (await others(project)),
    })),
  )
}

/** podman-compose puts containers into a pod, which Docker's interface cannot give back. */
function byPodman({ project, folder, sources }: SeenProject): Left | undefined {
  if (sources.every(({ by }) => by === undefined)) return undefined
  return {
    why: 'podman-compose made it, and it alone can bring all of it back',
    todo: `podman-compose --project-name ${quoted(project)} down, in ${folder || 'its folder'}, ends it; then maculactl migrate.`,
  }
}

/** Why a project is another person's. */
async function others(project: SeenProject): Promise<Left | undefined> {
  const why = await whyLeft(project, ownUid())
  const todo = `Whoever started it ends it: ${downOf(project.project, project)}.`
  return why === undefined ? undefined : { why, todo }
}

/** The platform's Compose project: its containers and network go as with `compose down`, and come back by `compose up`. */
export function composePart(input: ComposeInput): MigrationPart {
  const copies = join(input.state, 'migration')

  async function planned(): Promise<
    readonly {
      readonly project: SeenProject
      readonly guests: readonly Guest[]
      readonly step: PlannedStep
    }[]
  > {
    const link = await input.link()
    return await Promise.all(
      (await oldProjects(link)).map(async (project) => {
        const guests = await guestsOf(link, project)
        return { project, guests, step: await stepOf(project, guests, { ...input, link, copies }) }
      }),
    )
  }

  async function find(step: PlannedStep) {
    return (await planned()).find((one) => one.step.id === step.id)
  }

  return {
    id: 'compose',
    async detect() {
      const all = await allProjects(await input.link())
      return await Promise.all(
        all.map(async ({ project, left }) => {
          const part = await partOf(project, input.subnet)
          return left === undefined ? part : leftPart(part, left)
        }),
      )
    },
    plan: async () => (await planned()).map(({ step }) => step),
    beyond: (shown, now) => beyondShown(shown.effects, now.effects),
    async keep(step, earlier) {
      const found = await find(step)
      const before = keptProjects(earlier).find(({ project }) => `${PREFIX}${project}` === step.id)
      const now = found && (await keptWhole(await input.link(), found.project, found.guests))
      return before && now ? mergeKept(before, now) : (before ?? now)
    },
    async takeOver(step, tell, signal) {
      const found = await find(step)
      if (!found) return { says: 'was gone already' }
      // What is acted on is what was just looked at: a container that appeared meanwhile was shown to nobody.
      const more = beyondShown(step.effects, found.step.effects)
      if (more.length > 0) throw notAsShown(step, more)
      const { project, guests } = found
      const link = await input.link()
      for (const container of stopOrder(project.containers)) {
        interrupted(signal)
        tell(`stopping ${container.name}`)
        await stopContainer(link, container)
      }
      for (const container of project.containers) {
        interrupted(signal)
        await removeContainer(link, container)
        tell(`removed ${container.name}`)
      }
      for (const guest of guests) {
        interrupted(signal)
        await leaveNetwork(link, guest.network, guest)
        tell(`${guest.name} is off ${guest.network}`)
      }
      for (const network of project.networks) {
        interrupted(signal)
        await removeNetwork(link, network)
        tell(`removed the network ${network.name}`)
      }
      return { says: `${sayHas(project)} removed; volumes are as they were` }
    },
    async giveBack(value, tell, signal) {
      const kept = readKept(value)
      if (!kept) return 'nothing was kept of it'
      return await bringBack(kept, { ...input, copies }, tell, signal)
    },
  }
}

function interrupted(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new MaculaError({
    kind: 'refused',
    what: 'Taking over the Compose project was interrupted.',
    todo: 'maculactl migrate continues where it stopped; maculactl migrate --back brings back what was there.',
  })
}

function sayHas(project: SeenProject): string {
  const parts = [
    ...(project.containers.length === 0 ? [] : [sayCount(project.containers.length, 'container')]),
    ...(project.networks.length === 0 ? [] : [sayCount(project.networks.length, 'network')]),
  ]
  return sayList(parts)
}

async function partOf(project: SeenProject, subnet: string): Promise<OldPart> {
  const ports = sayPorts(project.containers)
  const nets = project.networks.map(({ name, subnet: own }) =>
    own === undefined ? `the Docker network ${name}` : `${own} (the Docker network ${name})`,
  )
  const running = project.containers.filter((one) => one.running).length
  const hasSubnet = networkWith(project, subnet) !== undefined
  return {
    id: 'compose',
    title: `The Compose project ${project.project}${project.folder === '' ? '' : ` in ${project.folder}`}`,
    holds: [
      ...(project.containers.length === 0
        ? []
        : [`${sayCount(project.containers.length, 'container')}, ${running} of them running`]),
      ...nets,
      ...ports,
    ],
    costs: sayCosts(subnet, hasSubnet, ports.length > 0),
    ...(hasSubnet ? { hasSubnet } : {}),
    listens: project.containers.flatMap(({ ports: all }) =>
      all.map(({ address, port, protocol }) => ({
        address,
        port,
        ...(protocol === 'udp' ? { protocol } : {}),
      })),
    ),
    networks: project.networks.map(({ name }) => name),
    ...(await envFileOf(project)),
  }
}

/** What does not work while it stays: only for what it really has. */
function sayCosts(subnet: string, hasSubnet: boolean, hasPorts: boolean): string {
  if (hasSubnet && hasPorts)
    return `While this Compose project stays, ${subnet} and its ports are not Macula’s: services get no clean URL, and start only with another subnet.`
  if (hasSubnet)
    return `While this Compose project stays, ${subnet} is not Macula’s: services start only with another subnet.`
  if (hasPorts)
    return 'While this Compose project stays, its ports are not Macula’s: services get no clean URL.'
  return 'Nothing of it is in Macula’s way.'
}

/** It is told, and nothing is done with it. */
export function leftPart(part: OldPart, { why, todo }: Left): OldPart {
  const { envFile: _, ...rest } = part
  return { ...rest, costs: `${part.costs} It stays: ${why}. ${todo}` }
}

async function envFileOf(project: SeenProject): Promise<{ readonly envFile?: string }> {
  const [first] = [...project.environment, ...(project.folder === '' ? [] : [join(project.folder, '.env')])]
  const readable = first !== undefined && (await readIfThere(first).catch(() => undefined)) !== undefined
  return readable ? { envFile: first } : {}
}
