import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { dockerTrouble, statusOf } from '../docker/trouble.ts'
import { inspect } from './docker.ts'

/** On top of a container's own grace period (ms). */
const STOP_MARGIN_MS = 30_000
/** Docker's own grace period where a container names none (s). */
const STOP_GRACE_S = 10
const START_DEADLINE_MS = 60_000

/** Stops a container with its own grace period; one that is stopped or gone is fine. */
export async function stopContainer(
  link: Link,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  try {
    const info = await inspect(link, id)
    if (info?.State.Running !== true) return
    const grace = (info.Config as { StopTimeout?: number }).StopTimeout ?? STOP_GRACE_S
    await within(
      grace * 1000 + STOP_MARGIN_MS,
      async (abortSignal) => await link.long.getContainer(id).stop({ abortSignal }),
    )
  } catch (error) {
    // 304: it stopped by itself meanwhile.
    if (statusOf(error) === 404 || statusOf(error) === 304) return
    throw dockerTrouble(`${name} cannot be stopped`, error)
  }
}

/** Starts a container; one that runs is fine. Returns false when it is gone. */
export async function startContainer(
  link: Link,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<boolean> {
  try {
    await within(
      START_DEADLINE_MS,
      async (abortSignal) => await link.long.getContainer(id).start({ abortSignal }),
    )
    return true
  } catch (error) {
    if (statusOf(error) === 304) return true
    if (statusOf(error) === 404) return false
    throw dockerTrouble(`${name} cannot be started`, error)
  }
}

/** Holds a container that runs; one that is held, or gone, is fine. */
export async function pauseContainer(
  link: Link,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  try {
    await within(CALL_DEADLINE_MS, async () => await link.calls.getContainer(id).pause())
  } catch (error) {
    if (statusOf(error) === 404 || (await inspect(link, id))?.State.Paused === true) return
    throw dockerTrouble(`${name} cannot be paused`, error)
  }
}

/** Removes a stopped container as `compose down` does: its volumes stay, those without a name too. */
export async function removeContainer(
  link: Link,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  try {
    await within(
      STOP_MARGIN_MS,
      async (abortSignal) => await link.long.getContainer(id).remove({ v: false, force: false, abortSignal }),
    )
  } catch (error) {
    if (statusOf(error) === 404) return
    throw dockerTrouble(`${name} cannot be removed`, error)
  }
}

/** Removes a network that nothing is on; one that is gone is fine. */
export async function removeNetwork(
  link: Link,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  try {
    await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await link.calls.getNetwork(id).remove({ abortSignal }),
    )
  } catch (error) {
    if (statusOf(error) === 404) return
    throw dockerTrouble(`The Docker network ${name} cannot be removed`, error)
  }
}

/** Takes a container off a network; one that is not on it is fine. */
export async function leaveNetwork(
  link: Link,
  network: string,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  try {
    await within(
      CALL_DEADLINE_MS,
      async (abortSignal) =>
        await link.calls.getNetwork(network).disconnect({ Container: id, Force: true, abortSignal }),
    )
  } catch (error) {
    const info = statusOf(error) === 404 ? undefined : await inspect(link, id)
    if (info === undefined || info.NetworkSettings.Networks[network] === undefined) return
    throw dockerTrouble(`${name} cannot be taken off the Docker network ${network}`, error)
  }
}

/** Puts a container on a network again; one that is on it, or gone, is fine. `endpoint`: as Docker takes it (recipe.ts). */
export async function joinNetwork(
  link: Link,
  network: string,
  { id, name }: { readonly id: string; readonly name: string },
  endpoint: Readonly<Record<string, unknown>>,
): Promise<void> {
  const info = await inspect(link, id)
  if (info === undefined || info.NetworkSettings.Networks[network] !== undefined) return
  try {
    await within(
      CALL_DEADLINE_MS,
      async () => await link.calls.getNetwork(network).connect({ Container: id, EndpointConfig: endpoint }),
    )
  } catch (error) {
    throw dockerTrouble(`${name} cannot be put on the Docker network ${network}`, error)
  }
}
