import { inert } from '../atoms.ts'
import { pushCommand, splitImage, type PodSeen } from '../cluster.ts'
import { isOurImage, pushable } from '../registry.ts'
import type { Rung } from '../ladder.ts'
import { podWords } from './pod-words.ts'

/** Why a pod's image is not there, in the kubelet's words. */
export const pulls: ReadonlySet<string> = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'ImageInspectError',
])

const isNotFound = (message: string): boolean =>
  /not found|manifest unknown|name unknown|does not exist|404/i.test(message)

/** Whether a pod waits for an image of our registry that nobody has pushed. */
export function waitsForPush(pod: PodSeen, suffix: string): boolean {
  return (
    (pod.reason === 'ImagePullBackOff' || pod.reason === 'ErrImagePull') &&
    isOurImage(pod.image, suffix) &&
    (pod.pushed === false || (pod.pushed === undefined && isNotFound(pod.message)))
  )
}

/** docker.io says of what is not there that it may be private. */
const isHidden = (message: string): boolean => /insufficient_scope|pull access denied/i.test(message)

/** Whether a pod waits for an image that a foreign registry did not give, for whatever reason. */
export function isForeignRefused(pod: PodSeen, suffix: string): boolean {
  return pulls.has(pod.reason) && !isOurImage(pod.image, suffix)
}

/** Whether a pod waits for an image that its foreign registry does not have: no waiting brings it. */
export function isNowhere(pod: PodSeen, suffix: string): boolean {
  return isForeignRefused(pod, suffix) && (isHidden(pod.message) || isNotFound(pod.message))
}

interface Look {
  readonly service: string
  readonly suffix: string
  /** Name of the cluster as kind knows it. */
  readonly cluster: string
  /** Where a person finds its manifests. */
  readonly folder: string
  /** Whether a pod of the application still answers: then it is no first image that is missing. */
  readonly answers: boolean
}

const base = { id: 'container' } as const

/** The rung of a pod that has no image: whose image it is decides what helps. */
export function imageRung(look: Look, pod: PodSeen): Rung {
  const { service, suffix } = look
  const image = inert(pod.image)
  const again = `then maculactl up ${service}.`
  if (pod.reason === 'InvalidImageName')
    return {
      ...base,
      state: 'stop',
      says: `${image} is not the name of an image`,
      reason: 'image name is not valid',
      why: podWords(pod.message),
      todo: `Correct image: in ${look.folder}, ${again}`,
    }
  if (pod.reason === 'ErrImageNeverPull')
    return {
      ...base,
      state: 'stop',
      says: `its image ${image} is not on the node, and its manifest forbids to pull it`,
      reason: 'image is not on the node',
      why: 'imagePullPolicy: Never uses only what is on the node already.',
      todo: `Write imagePullPolicy: IfNotPresent in ${look.folder}, or put the image there (kind load docker-image ${image} --name ${look.cluster}), ${again}`,
    }
  if (isOurImage(pod.image, suffix)) return ourImage(look, pod, image)
  const host = inert(splitImage(pod.image).registry)
  return foreignImage(look, pod, image, host)
}

function ourImage({ answers, service, suffix }: Look, pod: PodSeen, named: string): Rung {
  const image = inert(pushable(named, suffix))
  if (waitsForPush(pod, suffix))
    return answers
      ? {
          ...base,
          state: 'stop',
          says: `its image ${image} is not in the registry any more`,
          reason: 'image is not in the registry',
          why: podWords(pod.message),
          todo: `Push it: docker push ${image}`,
        }
      : {
          ...base,
          // Nothing is broken: it waits for a person.
          state: 'unreached',
          says: `no image yet: ${image} is not in the registry`,
          reason: `no image yet: push ${image}`,
          why: 'A placeholder page answers at its URL until the image is there; the pod then starts by itself within some minutes.',
          todo: `Push it: docker push ${image}`,
          fix: { label: 'Push an image', command: pushCommand(image), action: { kind: 'none' } },
        }
  if (pod.pushed === true)
    return {
      ...base,
      state: 'progress',
      says: 'its image is in the registry; the next try to pull it is on its way',
      reason: 'starting, pulls its image again',
    }
  return {
    ...base,
    state: 'stop',
    says: `its image ${image} cannot be pulled`,
    reason: 'image cannot be pulled',
    why: podWords(pod.message),
    todo: `See whether the registry works (maculactl status registry), then maculactl up ${service}: it points the nodes at it again.`,
  }
}

/** Of a registry of others: nobody is told to push there. */
function foreignImage({ service, suffix, folder }: Look, pod: PodSeen, image: string, host: string): Rung {
  const stop = { ...base, state: 'stop', why: podWords(pod.message) } as const
  const { repository, tag } = splitImage(pod.image)
  const copy = inert(`registry.${suffix}/${repository}:${tag}`)
  if (/toomanyrequests|rate limit|429/i.test(pod.message))
    return {
      ...stop,
      says: `its image ${image} cannot be pulled: ${host} allows no more pulls for now`,
      reason: `${host} limits pulls`,
      todo: `Wait: it is tried again by itself. Or pull it here and push a copy: docker tag ${image} ${copy} && docker push ${copy}, and name that in ${folder}.`,
    }
  const hidden = isHidden(pod.message)
  if (!hidden && /unauthorized|authentication required|forbidden|denied|\b40[13]\b/i.test(pod.message))
    return {
      ...stop,
      says: `its image ${image} cannot be pulled: ${host} requires signing in`,
      reason: `${host} requires signing in`,
      todo: `Give its pod an imagePullSecret for ${host}, or push a copy: docker tag ${image} ${copy} && docker push ${copy}, and name that in ${folder}.`,
    }
  if (hidden || isNotFound(pod.message))
    return {
      ...stop,
      says: `its image ${image} is not there${hidden ? ', or is private' : ''}`,
      reason: `no image ${image}`,
      todo: `Correct its name or tag in ${folder}, then maculactl up ${service}.`,
    }
  return {
    ...stop,
    says: `its image ${image} cannot be pulled from ${host}`,
    reason: `${host} gives no image`,
    todo: `See whether this machine reaches ${host} (network, VPN, proxy); it is tried again by itself.`,
  }
}
