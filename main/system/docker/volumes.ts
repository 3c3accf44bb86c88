import type Docker from 'dockerode'
import type { KeepWish, KeptVolume, VolumesAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import type { MovedVolume } from '../../model/kept.ts'
import { isOwn, labels, ownLabels, ownUid } from './container.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'
import { VOLUME_BOUNDS } from '../../model/volume-list.ts'
import { firstDifference } from './tar.ts'
import { listTar } from './tar-list.ts'
import { dockerTrouble, statusOf } from './trouble.ts'
import { openArchives } from './archives.ts'
import { volumeStreams } from './volume-streams.ts'

/** A volume that is large is removed slowly. */
const OPEN_DEADLINE_MS = 60_000

/** What a helper copies into; while the helper is there, the copy is not whole. */
const COPY = 'dev.macula.copy'
export const COPY_PROJECT = 'dev.macula.copy-project'

/** Of a volume that was moved aside. */
const KEPT_FROM = 'dev.macula.kept-from'

/** Of one that was a part of its service's data only, and the names of all that were moved aside with it. */
const KEPT_PARTIAL = 'dev.macula.kept-partial'
const KEPT_SET = 'dev.macula.kept-set'

/** Moves the data of volumes aside. Docker renames no volume, so they are copied, compared, and only then removed. */
export function openVolumes(link: () => Link, project: string): VolumesAdapter {
  const archives = openArchives(link)
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

  async function listed(label: string): Promise<readonly Docker.VolumeInspectInfo[]> {
    const { Volumes: found } = await call(
      async (abortSignal) => await link().calls.listVolumes({ filters: { label: [label] }, abortSignal }),
    )
    const seen: readonly Docker.VolumeInspectInfo[] | null = found
    return seen ?? []
  }

  async function all(): Promise<readonly string[]> {
    const own = (await listed(`com.docker.compose.project=${project}`)).filter(isOurs)
    return own.filter((one) => labelsOf(one)[KEPT_FROM] === undefined).map(({ Name: name }) => name)
  }

  /** Containers that a copy is made through; while one is there, its copy is not whole. */
  const helpers = async () =>
    await call(
      async (abortSignal) =>
        await link().calls.listContainers({
          all: true,
          filters: { label: [`${COPY_PROJECT}=${project}`] },
          abortSignal,
        }),
    )

  async function copies(): Promise<readonly MovedVolume[]> {
    const unfinished = new Set((await helpers()).map(({ Labels: own }) => own[COPY]))
    const own = (await listed(KEPT_FROM)).filter(
      (one) => isOwn(one.Labels, project) && !unfinished.has(one.Name),
    )
    const there = new Set(own.map(({ Name: name }) => name))
    return own
      .map((one): MovedVolume => {
        const { [KEPT_FROM]: from = '', [KEPT_PARTIAL]: isPart, [KEPT_SET]: set = '' } = labelsOf(one)
        const isShort = set.split(' ').some((name) => name !== '' && !there.has(name))
        return { from, to: one.Name, ...(isPart !== undefined || isShort ? { partial: true } : {}) }
      })
      .toSorted((one, two) => one.to.localeCompare(two.to))
  }

  /** Names of containers that have a volume, whoever made them, without one of them. */
  async function usersOf(name: string, except: string): Promise<readonly string[]> {
    const list = await call(
      async (abortSignal) =>
        await link().calls.listContainers({ all: true, filters: { volume: [name] }, abortSignal }),
    )
    return list.filter(({ Id: id }) => id !== except).map(({ Names: names }) => names[0]?.slice(1) ?? '')
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
    for (const { Id: id, Labels: own } of await helpers()) {
      await archives.dismiss(link().long.getContainer(id))
      const copy = own[COPY]
      if (copy !== undefined) await discard(copy)
    }
  }

  /** Copies a volume of ours into a new one and compares both; a copy that is not whole does not stay. */
  async function keep(
    wish: KeepWish,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<KeptVolume> {
    const { from, to, image, service, partial, set = [] } = wish
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
            Labels: {
              ...ownLabels(project),
              [labels.service]: service,
              [KEPT_FROM]: from,
              [KEPT_SET]: set.join(' '),
              ...(partial === true ? { [KEPT_PARTIAL]: 'yes' } : {}),
            },
            abortSignal,
          }),
      )
      target = await archives.helper(image, to, 'write', { [COPY_PROJECT]: project, [COPY]: to })
      source = await archives.helper(image, from, 'read', { [COPY_PROJECT]: project })
      const passed = await archives.pass(source, target, onBytes, signal)
      const arrived = await archives.read(target, signal)
      const missing = firstDifference(passed, arrived)
      if (missing !== undefined) throw new Error(`${missing} is not in the copy as it is in the original`)
      isWhole = true
      onBytes(passed.bytes)
      const part = partial === true ? { partial } : {}
      return { from, to, entries: passed.entries.size, bytes: passed.bytes, ...part }
    } catch (error) {
      if (signal.aborted)
        throw new MaculaError({ kind: 'refused', what: `The data in ${from} was not moved: interrupted.` })
      throw dockerTrouble(`The data in ${from} cannot be kept`, error)
    } finally {
      await archives.dismiss(source)
      await archives.dismiss(target)
      if (!isWhole) await discard(to)
    }
  }

  /** Fills a volume of ours with what was moved aside from it; it keeps its labels, by which compose knows it. */
  async function putBack(
    wish: { readonly copy: string; readonly to: string; readonly image: string },
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<KeptVolume> {
    const { copy, to, image } = wish
    const target = await volume(to)
    const kept = await volume(copy)
    if (!target || !isOurs(target) || !isOwn(labelsOf(kept), project) || labelsOf(kept)[KEPT_FROM] !== to)
      throw new MaculaError({ kind: 'failed', what: `${copy} cannot be put back as ${to}.` })
    let isWhole = false
    let reads: Docker.Container | undefined
    let writes: Docker.Container | undefined
    try {
      await remove(to)
      await call(
        async (abortSignal) =>
          await link().calls.createVolume({ Name: to, Labels: { ...labelsOf(target) }, abortSignal }),
      )
      writes = await archives.helper(image, to, 'write', { [COPY_PROJECT]: project })
      reads = await archives.helper(image, copy, 'read', { [COPY_PROJECT]: project })
      const passed = await archives.pass(reads, writes, onBytes, signal)
      const arrived = await archives.read(writes, signal)
      const missing = firstDifference(passed, arrived)
      if (missing !== undefined) throw new Error(`${missing} did not arrive as it is in ${copy}`)
      isWhole = true
      return { from: copy, to, entries: passed.entries.size, bytes: passed.bytes }
    } catch (error) {
      if (signal.aborted)
        throw new MaculaError({ kind: 'refused', what: `${copy} was not put back: interrupted.` })
      throw dockerTrouble(`${copy} cannot be put back`, error)
    } finally {
      await archives.dismiss(reads)
      await archives.dismiss(writes)
      if (!isWhole) await remove(to).catch(() => undefined)
    }
  }

  /** Lists a volume of ours, or a copy of one; the helper goes in every case. */
  async function list({ name, image }: { readonly name: string; readonly image: string }) {
    const found = await volume(name)
    if (!found || !(isOurs(found) || isOwn(labelsOf(found), project)))
      throw new MaculaError({ kind: 'failed', what: `There is no volume ${name} of this Macula.` })
    let helper: Docker.Container | undefined
    try {
      helper = await archives.helper(image, name, 'read', { [COPY_PROJECT]: project })
      const packed = await archives.pack(helper, AbortSignal.timeout(OPEN_DEADLINE_MS))
      return await listTar(packed, name, VOLUME_BOUNDS)
    } catch (error) {
      throw dockerTrouble(`The volume ${name} cannot be listed`, error)
    } finally {
      await archives.dismiss(helper)
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
  const looked = 'The volumes cannot be inspected'
  return {
    of: said(looked, volumesOf),
    users: said(looked, usersOf),
    has: said(looked, async (name: string) => (await volume(name)) !== undefined),
    all: said(looked, all),
    copies: said(looked, copies),
    sweep: said('What an interrupted copy left cannot be removed', sweep),
    keep,
    putBack,
    list,
    remove,
    discard: said('A copy that is not whole cannot be removed', discard),
    ...volumeStreams({
      archives,
      marks: { [COPY_PROJECT]: project },
      async labelsOf(name) {
        const found = await volume(name)
        return isOurs(found) ? labelsOf(found) : undefined
      },
      create: async (name, own) =>
        void (await call(
          async (abortSignal) =>
            await link().calls.createVolume({ Name: name, Labels: { ...own }, abortSignal }),
        )),
      remove,
    }),
  }
}
