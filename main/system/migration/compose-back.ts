import { stopOrder } from '../../model/before/compose.ts'
import { MaculaError, type Trouble } from '../../model/errors.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { poll } from '../../engine/wait.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { joinNetwork, startContainer } from './act.ts'
import { differences, policyOf } from './compose-differ.ts'
import { endOf, type KeptCompose } from './compose-kept.ts'
import { joinAll, madeTrouble, makeContainers, makeNetworks, putFiles, type Kept } from './compose-make.ts'
import { refuseOthers, refuseTaken, sameImages } from './compose-refuse.ts'
import { composeUp } from './compose-up.ts'
import { composeProjects, inspect, type SeenContainer, type SeenProject } from './docker.ts'
import { endpointBody } from './recipe.ts'

/** How long one that others wait for may take to be healthy (ms); they are started all the same then, as after a reboot. */
const HEALTHY_MS = 120_000

/**
 * Brings a Compose project back as it was kept: what is still there is started, what is gone is made again exactly as Docker was
 * told then (its files, its shell and its version of Compose need not be there any more), what ran runs and nothing else.
 * Returns what is there then, and whatever is not as it was. Throws MaculaError where a name is another's by now, or an image's
 * tag leads to another image: that one must not be started on their data.
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
  refuseOthers(kept, now)
  const there = new Set(now?.containers.map(({ name }) => name))
  const gone = kept.containers.filter(({ name }) => !there.has(name))
  await refuseTaken(link, kept, gone)
  const unknown = await sameImages(link, kept, gone)
  if (gone.length > 0 || kept.networks.length > 0) await makeNetworks(link, kept, now, tell)
  const exact = gone.filter((one) => one.record && !unknown.has(one.image))
  await makeContainers(link, kept, exact, tell)
  // Of an earlier version, or without an image on this machine: Compose gets it by its name, as it did for them.
  const others = gone.filter((one) => !exact.includes(one))
  if (others.length > 0) {
    const services = [...new Set(others.map(({ service }) => service))]
    const words = ['up', '--no-start', '--no-recreate', '--no-deps', ...scales(kept.containers, services)]
    await composeUp({ ...input, kept, link, words, tell, signal }).catch((error: unknown) => {
      throw withImages(error, [...unknown])
    })
    await exactly(link, kept, others, tell)
  }
  for (const guest of kept.guests) {
    await joinNetwork(link, guest.network, guest, endpointBody(endOf(guest)))
    tell(`${guest.name} is on ${guest.network} again`)
  }
  const made = (await projectOf(link, kept.project))?.containers ?? []
  const found = kept.containers.flatMap((one) => {
    const own = made.find(({ name }) => name === one.name)
    return own ? [{ kept: one, own }] : []
  })
  for (const { kept: one, own } of found) {
    const networks = new Set(Object.keys(own.record.networks))
    await joinAll(link, one, { id: own.id, name: own.name, networks }, tell)
    await putPolicy(link, one, own)
  }
  const stuck = await startAll(link, found, made, tell, signal)
  for (const { kept: one, own } of found)
    if (one.paused === true)
      await within(CALL_DEADLINE_MS, async () => await link.calls.getContainer(own.id).pause()).catch(
        // One that is paused already refuses it; any other is told at the end.
        () => undefined,
      )
  const says = said(kept, (await projectOf(link, kept.project))?.containers ?? [])
  if (stuck.length === 0) return says
  throw new MaculaError({
    kind: 'failed',
    what: `Not all containers of ${kept.project} run again: ${says}.`,
    why: stuck.map(({ what, why }) => [what, why].filter(Boolean).join(' ')).join(' '),
    todo: [...new Set(stuck.flatMap(({ todo }) => todo ?? []))].join('\n'),
  })
}

async function projectOf(link: Link, name: string): Promise<SeenProject | undefined> {
  return (await composeProjects(link)).find(({ project }) => project === name)
}

/** Services, those that had several containers as Compose is told: `--scale worker=3 worker`. */
function scales(containers: readonly Kept[], services: readonly string[]): readonly string[] {
  const many = services.flatMap((service) => {
    const count = containers.filter((one) => one.service === service).length
    return count > 1 ? ['--scale', `${service}=${count}`] : []
  })
  return [...many, ...services]
}

/** Who has no registry, or not the shell that Compose needs, can get the image alone. */
function withImages(error: unknown, images: readonly string[]): unknown {
  if (!(error instanceof MaculaError) || images.length === 0 || error.trouble.kind === 'refused') return error
  return new MaculaError({
    ...error.trouble,
    todo: `The ${images.length === 1 ? 'image' : 'images'} that ran ${images.length === 1 ? 'is' : 'are'} not on this machine: docker pull ${images.join(' ')} (or docker load) brings ${images.length === 1 ? 'it' : 'them'}; then maculactl migrate --back.`,
  })
}

/** What Compose made only to get an image is made as it was: without the shell of then it may be another container. */
async function exactly(
  link: Link,
  kept: KeptCompose,
  others: readonly Kept[],
  tell: (says: string) => void,
): Promise<void> {
  const made = (await projectOf(link, kept.project))?.containers ?? []
  const again = others.filter(({ record }) => record !== undefined)
  for (const { name } of again) {
    const own = made.find((one) => one.name === name && !one.running)
    // It never ran: what it has in volumes without a name is of its image.
    if (own)
      await within(CALL_DEADLINE_MS, async () => await link.calls.getContainer(own.id).remove({ v: true }))
  }
  const there = new Set(made.filter(({ running }) => running).map(({ name }) => name))
  await makeContainers(
    link,
    kept,
    again.filter(({ name }) => !there.has(name)),
    tell,
  )
}

/** The policy after which Docker starts it again: somebody may have given it another one since Compose made it. */
async function putPolicy(link: Link, { record }: Kept, found: SeenContainer): Promise<void> {
  const policy = record?.host['RestartPolicy'] as { readonly Name?: string } | undefined
  if (!record || !policy?.Name || policyOf(record) === policyOf(found.record)) return
  await within(
    CALL_DEADLINE_MS,
    async () => await link.calls.getContainer(found.id).update({ RestartPolicy: policy }),
    // What refuses this is told at the end, with everything else that is not as it was.
  ).catch(() => undefined)
}

/** Starts what ran, what others need first. One that does not start must not keep the others down: why is answered. */
async function startAll(
  link: Link,
  found: readonly { readonly kept: Kept; readonly own: SeenContainer }[],
  made: readonly SeenContainer[],
  tell: (says: string) => void,
  signal: AbortSignal,
) {
  const failed: Trouble[] = []
  const order = stopOrder(found.map((one) => ({ ...one, ...one.own }))).toReversed()
  for (const { kept, own } of order) {
    if (!kept.running || own.running) continue
    if (signal.aborted)
      throw new MaculaError({
        kind: 'refused',
        what: `Starting the containers was interrupted before ${own.name}.`,
        todo: 'maculactl migrate --back continues where it stopped.',
      })
    const awaited = own.waits.flatMap(({ service, condition }) =>
      condition === 'service_healthy' ? made.filter((one) => one.service === service) : [],
    )
    for (const one of awaited) await healthy(link, one, tell, signal)
    tell(`starting ${own.name}`)
    try {
      // Before each start: who was killed between both does it again.
      await putFiles(link, own.id, kept)
      await startContainer(link, own)
    } catch (error) {
      failed.push(madeTrouble(`${own.name} cannot be started`, error).trouble)
    }
  }
  return failed
}

/** Waits until one that runs is healthy, or has no health to wait for. */
async function healthy(
  link: Link,
  { id, name }: SeenContainer,
  tell: (says: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let told = false
  await poll(
    async () => {
      const state = (await inspect(link, id))?.State
      if (state?.Running !== true || state.Paused || state.Health?.Status !== 'starting') return true
      if (!told) tell(`waiting until ${name} is healthy`)
      told = true
      return undefined
    },
    { deadline: HEALTHY_MS, first: 50, longest: 500, signal },
  )
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
    ...(differs.length === 0 ? [] : [`not as before: ${sayList(differs, 99)}`]),
  ].join('; ')
}
