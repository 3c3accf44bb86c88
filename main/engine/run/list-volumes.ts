import { MaculaError } from '../../model/errors.ts'
import { isWayBack, sayKeptAt } from '../../model/kept.ts'
import { sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { VolumeListing } from '../../model/volume-list.ts'
import type { RunContext } from './context.ts'
import { keptCopies, volumesNamed } from './put-back.ts'

/** What is in the volumes of a service, one after the other; nothing of it is changed, whether it runs or not. */
export async function listVolumes(
  context: RunContext,
  service: ServiceSpec,
  volume: string | undefined,
): Promise<readonly VolumeListing[]> {
  const { adapters, truth } = context
  if (service.runtime.kind !== 'container')
    throw new MaculaError({
      kind: 'usage',
      what: `${service.title} runs in a cluster, so it has no volumes of Docker.`,
      todo: 'kubectl get pvc --all-namespaces lists the claims of the cluster.',
    })
  await truth.observe.docker().then(truth.observe.containers)
  await context.needDocker('no volume can be listed')
  const { volumes } = adapters.docker
  const own = await volumesNamed(context, service)
  const kept = volume === undefined || own.includes(volume) ? [] : await keptCopies(context, service)
  const known = [...own, ...kept.flatMap((copy) => copy.volumes.map(({ to }) => to))]
  if (volume !== undefined && !known.includes(volume))
    throw new MaculaError({
      kind: 'usage',
      what: `${service.title} has no volume ${volume}.`,
      ...(known.length === 0 ? {} : { todo: `It has ${sayList(known, 10)}.` }),
    })
  const wanted = volume === undefined ? own : [volume]
  const there: string[] = []
  for (const name of wanted) if (await volumes.has(name)) there.push(name)
  if (there.length === 0) {
    const newest = (await keptCopies(context, service)).find(isWayBack)
    throw new MaculaError({
      kind: 'failed',
      what: `${service.title} has no data: ${wanted.length === 0 ? 'it keeps none in a volume' : `its ${wanted.length === 1 ? 'volume is' : 'volumes are'} not there yet`}.`,
      ...(newest === undefined
        ? {}
        : {
            why: `A reset moved it aside on ${sayKeptAt(newest.at)}, to ${sayList(newest.volumes.map(({ to }) => to))}; the next start begins empty.`,
            todo: `Put it back: maculactl reset ${service.id} --back`,
          }),
    })
  }
  const image = await imageOf(context, service)
  const found: VolumeListing[] = []
  // One at a time: each is a whole reading of a disk.
  for (const name of there) found.push(await volumes.list({ name, image }))
  return found
}

/** An image that is on this machine: a helper is made of it, and never started. */
async function imageOf({ adapters, truth }: RunContext, service: ServiceSpec): Promise<string> {
  const container = truth.seen.containers.get(service.id)
  if (container) return container.imageId
  const rendered = await adapters.stack.expect([service], { publish: false })
  const image = rendered.find(({ id }) => id === service.id)?.image
  if (image !== undefined && (await adapters.docker.hasImage(image))) return image
  throw new MaculaError({
    kind: 'failed',
    what: `The volumes of ${service.title} cannot be listed: its image is not on this machine, and Docker reads volumes only through one.`,
    todo: `Get it: maculactl pull ${service.id}`,
  })
}
