import { join } from 'node:path'
import type { PlannedStep } from '../../engine/adapters.ts'
import { stopOrder } from '../../model/before/compose.ts'
import { sayList } from '../../model/say.ts'
import type { Link } from '../docker/link.ts'
import { overlapWith } from '../docker/subnets.ts'
import { keptOf, type KeptCompose } from './compose-kept.ts'
import { NAMELESS } from './compose-make.ts'
import { putsIn, readPuts } from './compose-put.ts'
import { upWords } from './compose-up.ts'
import { valuesOf, type Values } from './compose-values.ts'
import type { Guest, SeenProject } from './docker.ts'
import { quoted } from './words.ts'

export const PREFIX = 'compose-'

interface StepInput {
  readonly link: Link
  readonly env: Readonly<Record<string, string | undefined>>
  readonly state: string
  /** Our own. */
  readonly subnet: string
  /** Where copies of their files are kept. */
  readonly copies: string
}

/** Everything that is kept, with what Compose itself wrote into containers. */
export async function keptWhole(
  link: Link,
  project: SeenProject,
  guests: readonly Guest[],
): Promise<KeptCompose> {
  const kept = await keptOf(project, guests)
  const paths = putsIn(kept.files.flatMap(({ text }) => text ?? []))
  if (paths.size === 0) return kept
  const put = await Promise.all(
    project.containers.map(
      async (one) => [one.id, await readPuts(link, one, paths.get(one.service) ?? [])] as const,
    ),
  )
  return await keptOf(project, guests, new Map(put.filter(([, all]) => all.length > 0)))
}

export async function stepOf(
  project: SeenProject,
  guests: readonly Guest[],
  input: StepInput,
): Promise<PlannedStep> {
  const { copies } = input
  const kept = await keptOf(project, guests)
  const unread = [
    ...kept.files.filter(({ text }) => text === null).map(({ path }) => path),
    ...project.elsewhere,
  ]
  const readable = { ...kept, files: kept.files.filter(({ text }) => text !== null) }
  const { args, cwd } = await upWords(readable, copies, ['up', '-d']).catch(() => ({ args: [], cwd: '/' }))
  const values = await valuesOf(readable, input).catch(() => undefined)
  return {
    id: `${PREFIX}${project.project}`,
    part: 'compose',
    title: `Remove containers and network of the Compose project ${project.project}, as docker compose down does`,
    effects: [
      ...stopOrder(project.containers).map(
        ({ name, image, running }) =>
          `container ${name} (${image}) is ${running ? 'stopped and ' : ''}removed`,
      ),
      ...guests.map(
        ({ name, network }) => `container ${name} stays, but is taken off the network ${network}`,
      ),
      ...project.networks.map(
        ({ name, subnet }) => `network ${name}${subnet === undefined ? '' : ` (${subnet})`} is removed`,
      ),
      ...sayStays(project),
      ...sayKept(project, values, copies),
      ...kept.files.flatMap(({ path, text }) =>
        text === null ? [] : [`${path} stays, and a copy of it is kept in ${copies}`],
      ),
    ],
    price: [
      'What it serves does not answer until Macula runs.',
      ...(unread.length === 0
        ? []
        : [
            `${sayList(unread, 9)} cannot be read any more: --back makes these containers again by what Docker knows of them.`,
          ]),
    ].join(' '),
    without: sayWithout(project, input.subnet),
    brings: `the Compose project ${project.project}`,
    back: [`cd ${quoted(cwd)}`, `docker ${args.map(quoted).join(' ')}`],
  }
}

/** What becomes of what the containers wrote: with their volumes, with those that nobody named, and beside them. */
function sayStays({ containers }: SeenProject): readonly string[] {
  const all = containers.flatMap(({ name, volumes }) => volumes.map((volume) => ({ ...volume, of: name })))
  const nameless = all.filter(({ name }) => NAMELESS.test(name))
  const named = [...new Set(all.map(({ name }) => name).filter((name) => !NAMELESS.test(name)))]
  const stay = named.length === 0 ? 'it has none with a name' : `${sayList(named, 99)} stay`
  return [
    `no volume is removed: ${stay}`,
    ...(nameless.length === 0
      ? []
      : [
          `anonymous volumes stay too, and --back mounts them where they were: ${sayList(
            nameless.map(({ at, of }) => `${at} of ${of}`),
            99,
          )}`,
        ]),
    ...(containers.length === 0
      ? []
      : [
          'what was written in these containers outside of volumes and mounted folders goes with them, as with docker compose down',
        ]),
  ]
}

/** What is kept, and what of it no file of theirs has. */
function sayKept({ containers }: SeenProject, values: Values | undefined, copies: string): readonly string[] {
  if (containers.length === 0) return []
  const file = join(copies, 'journal.json')
  return [
    `what Docker knows of each container, values of variables (passwords) among them, is kept in ${file}, which only you may read: --back makes them again by it`,
    ...(values?.kind === 'read' && values.beside.length > 0
      ? [
          `started with values of a shell that are not in its files, or its files changed since: ${sayList(values.beside, 99)}; --back gives them back, docker compose up without them would not`,
        ]
      : []),
    ...(values?.kind === 'refused'
      ? [
          `its files cannot be brought up without the shell that it was started in (Compose says: ${values.says}); --back needs neither`,
        ]
      : []),
  ]
}

/** The network of theirs that has addresses of our subnet; undefined: none has. */
export function networkWith(
  { networks }: SeenProject,
  subnet: string,
): SeenProject['networks'][number] | undefined {
  const found = overlapWith(
    subnet,
    networks.map(({ name, subnet: cidr = '' }) => ({ name, subnet: cidr })),
  )
  return found === undefined ? undefined : networks.find(({ name }) => name === found.name)
}

/** What does not work when its step is left out. */
function sayWithout(project: SeenProject, subnet: string): string {
  const network = networkWith(project, subnet)
  const hasPorts = project.containers.some(({ ports }) => ports.length > 0)
  const keeps = [
    ...(hasPorts ? ['their ports'] : []),
    ...(network === undefined ? [] : [network.subnet ?? network.name]),
  ]
  const means = [
    ...(network === undefined ? [] : ['Macula needs another subnet']),
    ...(hasPorts ? [`${network === undefined ? 'Macula’s' : 'its'} URLs carry a port`] : []),
  ]
  if (keeps.length === 0) return 'it stays as it is; nothing of it is in Macula’s way.'
  return `its containers keep ${sayList(keeps)}: ${means.join(', and ')}.`
}
