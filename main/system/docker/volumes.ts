import type Docker from 'dockerode'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { KeptVolume, VolumesAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { labels, ownLabels, ownUid } from './container.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'
import { firstDifference, tarReader, type Manifest } from './tar.ts'
import { dockerTrouble, statusOf } from './trouble.ts'

/** Where helpers have the volume; no image has anything there, so nothing is mixed in. */
const AT = '/macula-kept-data'

/** A daemon that packs a large folder is silent for a while. */
const OPEN_DEADLINE_MS = 60_000

/** What a helper copies into; while the helper is there, the copy is not whole. */
const COPY = 'dev.macula.copy'
const COPY_PROJECT = 'dev.macula.copy-project'

/** Of a volume that was moved aside. */
const KEPT_FROM = 'dev.macula.kept-from'

const TELL_EVERY_MS = 200

/** Moves the data of volumes aside. Docker renames no volume, so they are copied, compared, and only then removed. */
export function openVolumes(link: () => Link, project: string): VolumesAdapter {
  const call = async <T>(work: (abortSignal: AbortSignal) => Promise<T>): Promise<T> =>
    await within(CALL_DEADLINE_MS, work)

  async function volume(name: string): Promise<Docker.VolumeInspectInfo | undefined> {
    try {
      return await call(async (abortSignal) => await link().calls.getVolume(name).inspect({ abortSignal }))
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  // The daemon says null where there are none; the types do not know it.
  const labelsOf = (seen: Docker.VolumeInspectInfo | undefined): Readonly<Record<string, string>> =>
    (seen?.Labels as Record<string, string> | null | undefined) ?? {}

  const isOurs = (seen: Docker.VolumeInspectInfo | undefined): boolean =>
    labelsOf(seen)['com.docker.compose.project'] === project &&
    (labelsOf(seen)[labels.owner] ?? String(ownUid())) === String(ownUid())

  /** Names of the volumes of ours that a container writes to. */
  async function volumesOf(id: string): Promise<readonly string[]> {
    const info = await call(
      async (abortSignal) => await link().calls.getContainer(id).inspect({ abortSignal }),
    )
    const named = info.Mounts.flatMap(({ Type: type, Name: name, RW: isWritable }) =>
      type === 'volume' && name !== undefined && isWritable ? [name] : [],
    )
    const seen = await Promise.all(named.map(async (name) => ({ name, ours: isOurs(await volume(name)) })))
    return seen.filter(({ ours }) => ours).map(({ name }) => name)
  }

  async function all(): Promise<readonly string[]> {
    const { Volumes: found } = await call(
      async (abortSignal) =>
        await link().calls.listVolumes({
          filters: { label: [`com.docker.compose.project=${project}`] },
          abortSignal,
        }),
    )
    const own = ((found as Docker.VolumeInspectInfo[] | null) ?? []).filter(isOurs)
    return own.filter((one) => labelsOf(one)[KEPT_FROM] === undefined).map(({ Name: name }) => name)
  }

  /** Names of containers that have a volume, whoever made them, without one of them. */
  async function usersOf(name: string, except: string): Promise<readonly string[]> {
    const list = await call(
      async (abortSignal) =>
        await link().calls.listContainers({ all: true, filters: { volume: [name] }, abortSignal }),
    )
    return list.filter(({ Id: id }) => id !== except).map(({ Names: names }) => names[0]?.slice(1) ?? '')
  }

  /** A container that is never started: through it the daemon packs and unpacks a volume, whatever the image holds. */
  async function helper(image: string, source: string, isTarget: boolean): Promise<Docker.Container> {
    return await within(
      OPEN_DEADLINE_MS,
      async (abortSignal) =>
        await link().long.createContainer({
          Image: image,
          Entrypoint: ['/never-started'],
          Labels: { [COPY_PROJECT]: project, ...(isTarget ? { [COPY]: source } : {}) },
          HostConfig: {
            NetworkMode: 'none',
            Mounts: [{ Type: 'volume', Source: source, Target: AT, ReadOnly: !isTarget }],
          },
          abortSignal,
        }),
    )
  }

  /** Removes a helper with the nameless volumes that its image wanted; named ones stay. */
  async function dismiss(one: Docker.Container | undefined): Promise<void> {
    await one?.remove({ force: true, v: true }).catch(() => undefined)
  }

  async function pack(one: Docker.Container, signal: AbortSignal): Promise<Readable> {
    return (await within(
      OPEN_DEADLINE_MS,
      async (abortSignal) => await link().long.getContainer(one.id).getArchive({ path: AT, abortSignal }),
      signal,
    )) as Readable
  }

  async function read(one: Docker.Container, signal: AbortSignal): Promise<Manifest> {
    const reader = tarReader()
    for await (const chunk of (await pack(one, signal)) as AsyncIterable<Buffer>) await reader.push(chunk)
    return await reader.end()
  }

  /** Streams everything from one helper to the other; returns what passed by. */
  async function pass(
    from: Docker.Container,
    to: Docker.Container,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<Manifest> {
    const reader = tarReader()
    let told = 0
    const through = new PassThrough()
    const passing = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        await reader.push(chunk)
        if (performance.now() - told > TELL_EVERY_MS) {
          told = performance.now()
          onBytes(reader.bytes())
        }
        yield chunk
      }
    }
    // A half that fails must end the other: the daemon would wait for the rest for ever.
    const stop = new AbortController()
    const either = AbortSignal.any([stop.signal, signal])
    const packed = await pack(from, either)
    const reading = pipeline(packed, passing, through, { signal: either }).catch((error: unknown) => {
      stop.abort()
      throw error
    })
    const writing = link()
      .long.getContainer(to.id)
      .putArchive(through, { path: '/', abortSignal: either })
      .catch((error: unknown) => {
        stop.abort()
        throw error
      })
    const [written, passed] = await Promise.allSettled([writing, reading])
    signal.throwIfAborted()
    if (passed.status === 'rejected' && !stop.signal.aborted) throw passed.reason
    if (written.status === 'rejected') throw written.reason
    if (passed.status === 'rejected') throw passed.reason
    return await reader.end()
  }

  /** Removes a copy, as long as its original is there. */
  async function discard(copy: string): Promise<void> {
    const from = labelsOf(await volume(copy))[KEPT_FROM]
    if (from !== undefined && (await volume(from)))
      await link()
        .long.getVolume(copy)
        .remove()
        .catch(() => undefined)
  }

  /** Removes what an interrupted copy left: helpers, and their copies as long as the original is there. */
  async function sweep(): Promise<void> {
    const list = await call(
      async (abortSignal) =>
        await link().calls.listContainers({
          all: true,
          filters: { label: [`${COPY_PROJECT}=${project}`] },
          abortSignal,
        }),
    )
    for (const { Id: id, Labels: own } of list) {
      await dismiss(link().long.getContainer(id))
      const copy = own[COPY]
      if (copy !== undefined) await discard(copy)
    }
  }

  /** Copies a volume of ours into a new one and compares both; a copy that is not whole does not stay. */
  async function keep(
    wish: { readonly from: string; readonly to: string; readonly image: string; readonly service: string },
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<KeptVolume> {
    const { from, to, image, service } = wish
    if (!isOurs(await volume(from)) || (await volume(to)))
      throw new MaculaError({ kind: 'failed', what: `The volume ${from} cannot be moved aside as ${to}.` })
    let source: Docker.Container | undefined
    let target: Docker.Container | undefined
    let isWhole = false
    try {
      await call(
        async (abortSignal) =>
          await link().calls.createVolume({
            Name: to,
            Labels: { ...ownLabels(project), [labels.service]: service, [KEPT_FROM]: from },
            abortSignal,
          }),
      )
      target = await helper(image, to, true)
      source = await helper(image, from, false)
      const passed = await pass(source, target, onBytes, signal)
      const arrived = await read(target, signal)
      const missing = firstDifference(passed, arrived)
      if (missing !== undefined) throw new Error(`${missing} is not in the copy as it is in the original`)
      isWhole = true
      onBytes(passed.bytes)
      return { from, to, entries: passed.entries.size, bytes: passed.bytes }
    } catch (error) {
      if (signal.aborted)
        throw new MaculaError({ kind: 'refused', what: `The data in ${from} was not moved: interrupted.` })
      throw dockerTrouble(`The data in ${from} cannot be kept`, error)
    } finally {
      await dismiss(source)
      await dismiss(target)
      if (!isWhole) await discard(to)
    }
  }

  /** Removes a volume of ours that nothing uses. */
  async function remove(name: string): Promise<void> {
    if (!isOurs(await volume(name))) return
    try {
      await within(
        OPEN_DEADLINE_MS,
        async (abortSignal) => await link().long.getVolume(name).remove({ abortSignal }),
      )
    } catch (error) {
      if (statusOf(error) !== 404) throw dockerTrouble(`The volume ${name} cannot be removed`, error)
    }
  }

  const said =
    <In extends readonly unknown[], Out>(what: string, work: (...input: In) => Promise<Out>) =>
    async (...input: In): Promise<Out> => {
      try {
        return await work(...input)
      } catch (error) {
        throw dockerTrouble(what, error)
      }
    }
  const looked = 'The volumes cannot be looked at'
  return {
    of: said(looked, volumesOf),
    users: said(looked, usersOf),
    has: said(looked, async (name: string) => (await volume(name)) !== undefined),
    all: said(looked, all),
    sweep: said('What an interrupted copy left cannot be removed', sweep),
    keep,
    remove,
    discard: said('A copy that is not whole cannot be removed', discard),
  }
}
