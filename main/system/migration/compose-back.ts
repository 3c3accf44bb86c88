import { MaculaError } from '../../model/errors.ts'
import { sayPorts } from '../../model/before/compose.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { dockerTrouble, statusOf } from '../docker/trouble.ts'
import { joinNetwork, startContainer, stopContainer } from './act.ts'
import type { KeptCompose } from './compose-kept.ts'
import { composeUp } from './compose-up.ts'
import { composeProjects, type SeenContainer, type SeenProject } from './docker.ts'

type Kept = KeptCompose['containers'][number]

/**
 * Brings a Compose project back as it was kept: what is still there is started, what is gone is made again by Compose, what ran
 * runs and nothing else. Returns what is there then, and whatever is not as it was. Throws MaculaError where an image's tag
 * leads to another image by now: that one must not be started on their data.
 */
export async function bringBack(
  kept: KeptCompose,
  input: {
    readonly link: () => Promise<Link>
    readonly env: Readonly<Record<string, string | undefined>>
    readonly state: string
    readonly copies: string
  },
  tell: (says: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const link = await input.link()
  const now = await projectOf(link, kept.project)
  // Compose would take containers of another folder for those of this one, and make them anew.
  const foreign = now?.sources.filter(({ folder }) => folder !== kept.folder) ?? []
  if (foreign.length > 0)
    throw new MaculaError({
      kind: 'failed',
      what: `The Compose project ${kept.project} was not brought up: containers of ${sayList(
        foreign.map(({ folder }) => folder || 'a folder that is not told'),
        4,
      )} have its name by now.`,
      why: `They are ${sayList(
        foreign.flatMap(({ containers }) => containers),
        9,
      )}; what is kept is of ${kept.folder || 'a folder that is not told'}.`,
      todo: 'Run docker compose down in that folder, then maculactl migrate --back.',
    })
  const there = new Set(now?.containers.map(({ name }) => name))
  const ran = kept.containers.filter(({ running }) => running)
  const gone = kept.containers.filter(({ name }) => !there.has(name))
  const lostNetwork = kept.networks.some(({ id }) => now?.networks.every((one) => one.id !== id) ?? true)
  if (gone.length > 0 || lostNetwork) {
    await sameImages(link, kept)
    const run = async (words: readonly string[]): Promise<void> =>
      await composeUp({ ...input, kept, link, words, tell, signal })
    const idle = kept.containers.filter(({ running }) => !running).map(({ service }) => service)
    if (idle.length > 0) await run(['up', '--no-start', ...scales(kept.containers), ...new Set(idle)])
    const services = [...new Set(ran.map(({ service }) => service))]
    if (services.length > 0) await run(['up', '-d', ...scales(kept.containers), ...services])
  } else
    for (const container of ran) {
      tell(`starting ${container.name}`)
      await startContainer(link, container)
    }
  for (const guest of kept.guests) {
    await joinNetwork(link, guest.network, guest)
    tell(`${guest.name} is on ${guest.network} again`)
  }
  const made = (await projectOf(link, kept.project))?.containers ?? []
  for (const one of kept.containers) {
    const found = made.find(({ name }) => name === one.name)
    if (found) await putBesides(link, one, found, tell)
  }
  return said(kept, (await projectOf(link, kept.project))?.containers ?? [])
}

async function projectOf(link: Link, name: string): Promise<SeenProject | undefined> {
  return (await composeProjects(link)).find(({ project }) => project === name)
}

/** Services that had several containers, as Compose is told: `--scale worker=3`. */
function scales(containers: readonly Kept[]): readonly string[] {
  const services = [...new Set(containers.map(({ service }) => service))]
  return services.flatMap((service) => {
    const count = containers.filter((one) => one.service === service).length
    return count > 1 ? ['--scale', `${service}=${count}`] : []
  })
}

/**
 * Refuses where a tag leads to another image than the one that ran: that one must not be started on their data. Compose asks about
 * all services that it is named, also of containers that are there.
 */
async function sameImages(link: Link, kept: KeptCompose): Promise<void> {
  const moved: { readonly image: string; readonly id: string; readonly had: boolean }[] = []
  for (const { image, imageId: id } of kept.containers) {
    if (moved.some((one) => one.image === image)) continue
    const [tagged, had] = [await imageId(link, image), await imageId(link, id)]
    // Where neither is here, Compose gets it by its name, as it did for them.
    if (tagged === id || (tagged === had && had !== undefined) || (tagged ?? had) === undefined) continue
    moved.push({ image, id, had: had !== undefined })
  }
  if (moved.length === 0) return
  throw new MaculaError({
    kind: 'failed',
    what: `The Compose project ${kept.project} was not brought up: ${sayList(
      moved.map(({ image }) => image),
      4,
    )} ${moved.length === 1 ? 'is not the image' : 'are not the images'} that ran.`,
    why: 'Another version could change their data for good.',
    todo: [
      ...moved.map(({ image, id, had }) =>
        had
          ? `docker tag ${id} ${image}`
          : `The image that ran (${id}) is gone: get it again as ${image}, or take the other one with docker rmi ${image}.`,
      ),
      'maculactl migrate --back',
    ].join('\n'),
  })
}

/** Id of the image that a name leads to; undefined: to none. */
async function imageId(link: Link, name: string): Promise<string | undefined> {
  try {
    const found = await within(CALL_DEADLINE_MS, async () => await link.calls.getImage(name).inspect())
    return found.Id
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw dockerTrouble(`The image ${name} cannot be looked at`, error)
  }
}

/** What Compose does not know of: other networks, restart policy, stopped and paused. */
async function putBesides(
  link: Link,
  kept: Kept,
  found: SeenContainer,
  tell: (says: string) => void,
): Promise<void> {
  const { besides } = kept
  for (const { name, aliases } of besides?.networks ?? [])
    if (found.besides.networks.every((one) => one.name !== name))
      await joinNetwork(link, name, { id: found.id, name: found.name, address: '', aliases })
        .then(() => tell(`${found.name} is on ${name} again`))
        .catch(() => tell(`${found.name} could not be put on ${name} again`))
  const container = link.calls.getContainer(found.id)
  const asked = async (what: () => Promise<unknown>): Promise<void> => {
    // Whatever this refuses is told at the end, with everything else that is not as it was.
    await within(CALL_DEADLINE_MS, what).catch(() => undefined)
  }
  if (besides && besides.restart !== found.besides.restart && besides.restart !== '')
    await asked(async () => await container.update({ RestartPolicy: { Name: besides.restart } }))
  if (!kept.running && found.running) {
    tell(`stopping ${found.name}, which did not run`)
    await stopContainer(link, found)
  } else if (besides?.paused === true && !found.besides.paused)
    await asked(async () => await container.pause())
}

/** What is there, and what is not as it was. */
function said(kept: KeptCompose, made: readonly SeenContainer[]): string {
  const back = kept.containers.filter(({ name }) => made.some((one) => one.name === name))
  const runs = made.filter(({ name, running }) => running && back.some((one) => one.name === name))
  const all = kept.containers.length
  const count = back.length === all ? sayCount(all, 'container') : `${back.length} of ${all} containers`
  const differs = kept.containers.flatMap((one) => differences(one, made))
  return [
    `${count} of ${kept.project} ${back.length === 1 ? 'is' : 'are'} there again, ${runs.length} running`,
    ...(differs.length === 0 ? [] : [`not as before: ${differs.join('; ')}`]),
  ].join('; ')
}

/** What of a container is another one than it was; values of variables are never told. */
export function differences(kept: Kept, made: readonly SeenContainer[]): readonly string[] {
  const now = made.find(({ name }) => name === kept.name)
  if (!now) return [`${kept.name} is missing`]
  const { besides } = kept
  const [before, after] = [sayPorts([kept]), sayPorts([now])]
  const variable = (line: string): string => line.split('=')[0] ?? ''
  const changed = [
    ...new Set(
      [
        ...(besides?.environment ?? now.besides.environment).filter(
          (one) => !now.besides.environment.includes(one),
        ),
        ...now.besides.environment.filter((one) => besides && !besides.environment.includes(one)),
      ].map(variable),
    ),
  ]
  return [
    ...(kept.imageId === now.imageId ? [] : ['has another image']),
    ...(before.join() === after.join()
      ? []
      : [
          `has ${after.length === 0 ? 'no port' : sayList(after, 9)} in place of ${before.length === 0 ? 'none' : sayList(before, 9)}`,
        ]),
    ...(changed.length === 0 ? [] : [`has another value of ${sayList(changed, 9)}`]),
    ...(kept.running === now.running ? [] : [now.running ? 'runs, and did not' : 'does not run, and did']),
    ...(besides?.paused === true && !now.besides.paused ? ['was paused'] : []),
    ...(besides && besides.restart !== now.besides.restart
      ? [`has the restart policy ${now.besides.restart || 'no'} in place of ${besides.restart || 'no'}`]
      : []),
    ...(besides?.networks ?? [])
      .filter(({ name }) => now.besides.networks.every((one) => one.name !== name))
      .map(({ name }) => `is not on the network ${name}`),
  ].map((what) => `${kept.name} ${what}`)
}
