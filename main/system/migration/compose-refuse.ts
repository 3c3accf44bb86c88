import { MaculaError } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { dockerTrouble, statusOf } from '../docker/trouble.ts'
import type { KeptCompose } from './compose-kept.ts'
import type { Kept } from './compose-make.ts'
import { inspect, type SeenProject } from './docker.ts'
import { downOf, quoted } from './words.ts'

/** Compose would take containers of another folder for those of this one. Throws MaculaError where there are some. */
export function refuseOthers(kept: KeptCompose, now: SeenProject | undefined): void {
  const foreign = now?.sources.filter(({ folder }) => folder !== kept.folder) ?? []
  if (foreign.length === 0) return
  const names = foreign.flatMap(({ containers }) => containers)
  throw new MaculaError({
    kind: 'failed',
    what: `The Compose project ${kept.project} was not brought up: containers of ${sayList(
      foreign.map(({ folder }) => folder || 'an unknown folder'),
      4,
    )} have its name now.`,
    why: `They are ${sayList(names, 9)}; what is kept is of ${kept.folder || 'an unknown folder'}.`,
    todo: [
      ...foreign.map(({ folder, files, containers }) =>
        folder === ''
          ? `docker rm --force ${containers.map(quoted).join(' ')} ends them.`
          : `${downOf(kept.project, { folder, files })} ends them.`,
      ),
      'Then maculactl migrate --back.',
    ].join('\n'),
  })
}

/** A name that a container has which is none of the project: Docker gives it to one only. */
export async function refuseTaken(link: Link, kept: KeptCompose, gone: readonly Kept[]): Promise<void> {
  const taken: string[] = []
  for (const { name } of gone) {
    const info = await inspect(link, name)
    if (info !== undefined && info.Name === `/${name}`) taken.push(name)
  }
  if (taken.length === 0) return
  throw new MaculaError({
    kind: 'failed',
    what: `The Compose project ${kept.project} was not brought up: ${sayList(taken, 9)} ${taken.length === 1 ? 'is the name of a container that is' : 'are names of containers that are'} none of it.`,
    why: 'Docker gives a name to one container only, and what is not Macula’s is left as it is.',
    todo: [
      ...taken.map((name) => `docker rename ${quoted(name)} ${quoted(`${name}-other`)} gives it another.`),
      'Then maculactl migrate --back.',
    ].join('\n'),
  })
}

/**
 * Refuses where a tag leads to another image than the one that ran: that one must not be started on their data. Answers the images
 * that are not here at all: nothing can be compared, and Compose gets them by name.
 */
export async function sameImages(
  link: Link,
  kept: KeptCompose,
  gone: readonly Kept[],
): Promise<ReadonlySet<string>> {
  const moved: { readonly image: string; readonly id: string; readonly had: boolean }[] = []
  const unknown = new Set<string>()
  for (const { image, imageId: id } of gone) {
    if (unknown.has(image) || moved.some((one) => one.image === image)) continue
    const [tagged, had] = [await imageId(link, image), await imageId(link, id)]
    if ((tagged ?? had) === undefined) unknown.add(image)
    else if (tagged !== id && (tagged !== had || had === undefined))
      moved.push({ image, id, had: had !== undefined })
  }
  if (moved.length === 0) return unknown
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
          ? `docker tag ${id} ${image} gives the one that ran its name again.`
          : `The image that ran (${id}) is gone: get it again as ${image} (docker load, docker pull), or docker rmi ${image} lets Compose pull what has that name now.`,
      ),
      'Then maculactl migrate --back.',
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
    throw dockerTrouble(`The image ${name} cannot be inspected`, error)
  }
}
