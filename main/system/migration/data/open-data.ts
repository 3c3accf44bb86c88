import type Docker from 'dockerode'
import type { DataAdapter, DataHands, VolumeUser } from '../../../engine/adapters.ts'
import { MaculaError } from '../../../model/errors.ts'
import { openArchives } from '../../docker/archives.ts'
import { isOwn, ownLabels } from '../../docker/container.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../../docker/link.ts'
import { dockerTrouble, statusOf } from '../../docker/trouble.ts'
import { COPY_PROJECT } from '../../docker/volumes.ts'
import type { Paths } from '../../paths.ts'
import { openBox } from './box.ts'
import { countGrafana, fitGrafana } from './grafana-db.ts'
import { runOnce } from './once.ts'
import { provisionedSources } from './provisioned.ts'
import { boxName, scratchName, TAKING, takingLabels } from './marks.ts'
import { copyPart, holdVolume, type HeldVolume } from './open-volume.ts'
import { openProgress } from './progress.ts'
import { seeRoomOf, seeVolumes } from './sizes.ts'

/** A program that tells its version; one that serves instead is ended. */
const ASK_DEADLINE_MS = 15_000
const REMOVE_DEADLINE_MS = 120_000

/** Docker's part of taking over data. `open`: the way to the engine, found when it is first needed. */
export function openData(
  open: () => Promise<Link>,
  project: string,
  paths: Pick<Paths, 'state'>,
): DataAdapter {
  let found: Promise<Link> | undefined
  const way = async (): Promise<Link> => await (found ??= open())

  const said =
    <In extends readonly unknown[], Out>(what: string, work: (...input: In) => Promise<Out>) =>
    async (...input: In): Promise<Out> => {
      try {
        return await work(...input)
      } catch (error) {
        throw dockerTrouble(what, error)
      }
    }

  async function inspectVolume(
    volume: string,
  ): Promise<(Docker.VolumeInspectInfo & { readonly CreatedAt?: string }) | undefined> {
    const link = await way()
    try {
      return await within(
        CALL_DEADLINE_MS,
        async (abortSignal) => await link.calls.getVolume(volume).inspect({ abortSignal }),
      )
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  async function labelsOf(volume: string): Promise<Readonly<Record<string, string>> | undefined> {
    const seen = await inspectVolume(volume)
    // The daemon says null where there are none; the types do not know it.
    const said: Readonly<Record<string, string>> | null | undefined = seen?.Labels
    return seen && (said ?? {})
  }

  /** A volume that compose or we made for this instance of this person. */
  const isOurs = (labels: Readonly<Record<string, string>> | undefined): boolean =>
    isOwn(labels, project) &&
    (labels?.['com.docker.compose.project'] === project || labels?.[TAKING] === project)

  async function removeVolume(name: string): Promise<void> {
    const labels = await labelsOf(name)
    // Another person on this engine may have an instance of the same name.
    if (labels?.[TAKING] !== project || !isOwn(labels, project)) return
    const link = await way()
    await within(
      REMOVE_DEADLINE_MS,
      async (abortSignal) => await link.long.getVolume(name).remove({ abortSignal }),
    )
  }

  async function usersOf(volume: string): Promise<readonly VolumeUser[]> {
    const link = await way()
    return await within(CALL_DEADLINE_MS, async (abortSignal) => {
      const list = await link.calls.listContainers({ all: true, filters: { volume: [volume] }, abortSignal })
      const users = list.filter(
        ({ Labels: labels }) => labels[TAKING] === undefined && labels[COPY_PROJECT] === undefined,
      )
      return await Promise.all(
        users.map(async ({ Id: id, Names: names }) => {
          const info = await link.calls.getContainer(id).inspect({ abortSignal })
          const startedAt = Date.parse(info.State.StartedAt)
          return {
            id,
            name: names[0]?.slice(1) ?? id.slice(0, 12),
            // The list may be a moment behind what was just stopped.
            running: info.State.Running || info.State.Restarting,
            startedAt: Number.isNaN(startedAt) || startedAt < 0 ? 0 : startedAt,
          }
        }),
      )
    })
  }

  async function session<T>(work: (hands: DataHands) => Promise<T>): Promise<T> {
    const link = await way()
    const archives = openArchives(() => link)
    const held = new Map<string, HeldVolume>()
    const ends: (() => Promise<void>)[] = []
    /** What runs, with the volumes that it has. */
    const boxes: { readonly volumes: ReadonlySet<string>; readonly close: () => Promise<void> }[] = []
    const holdOf = (volume: { readonly name: string }): HeldVolume => {
      const one = [...held.values()].find((each) => each === volume)
      if (!one) throw new Error(`${volume.name} was not opened here`)
      return one
    }
    async function close(volume: string): Promise<void> {
      for (const box of boxes) if (box.volumes.has(volume)) await box.close()
      for (const [key, one] of held)
        if (one.name === volume) {
          await archives.dismiss(one.helper)
          held.delete(key)
        }
    }
    const hands: DataHands = {
      open: said('A volume cannot be opened', async (volume, image, how) => {
        const key = `${how} ${volume}`
        const there = held.get(key)
        if (there) return there
        // A name that is not there would be made by Docker without a word.
        const labels = await labelsOf(volume)
        if (!labels || (how === 'write' && !isOurs(labels)))
          throw new MaculaError({
            kind: 'failed',
            what: labels ? `The volume ${volume} is not ours to write to.` : `There is no volume ${volume}.`,
          })
        const helper = await archives.helper(image, volume, how, takingLabels(project), boxName(project))
        ends.push(async () => await archives.dismiss(helper))
        const opened = holdVolume({ link: () => link, project, archives, image }, volume, helper)
        held.set(key, opened)
        return opened
      }),
      copy: said(
        'The data cannot be copied',
        async (from, to, path, onBytes, signal) =>
          await copyPart(archives, holdOf(from), holdOf(to), path, onBytes, signal),
      ),
      scratch: said('A scratch volume cannot be created', async (name) => {
        const volume = scratchName(project, name)
        await within(
          CALL_DEADLINE_MS,
          async (abortSignal) =>
            await link.calls.createVolume({ Name: volume, Labels: takingLabels(project), abortSignal }),
        )
        if (!isOurs(await labelsOf(volume)))
          throw new MaculaError({
            kind: 'failed',
            what: `There is a volume ${volume} that is not ours.`,
            todo: `Remove it, if nothing needs it: docker volume rm ${volume}`,
          })
        return volume
      }),
      make: said('A volume cannot be created', async (volume, key) => {
        // As compose labels what it makes itself, so that it takes it for its own.
        const composed = { 'com.docker.compose.project': project, 'com.docker.compose.volume': key }
        await within(
          CALL_DEADLINE_MS,
          async (abortSignal) =>
            await link.calls.createVolume({
              Name: volume,
              Labels: { ...ownLabels(project), ...composed },
              abortSignal,
            }),
        )
      }),
      close,
      discard: said('A scratch volume cannot be removed', async (volume) => {
        await close(volume)
        await removeVolume(volume)
      }),
      countGrafana,
      fitGrafana,
      provisionedSources,
      async box(wish, signal) {
        const one = await openBox(link, project, wish, signal)
        ends.push(async () => await one.close())
        const mounted = (wish.like?.mounts ?? []).flatMap(({ type, source }) =>
          type === 'volume' ? [source] : [],
        )
        const volumes = new Set([...wish.volumes.map(({ name }) => name), ...mounted])
        boxes.push({ volumes, close: async () => await one.close() })
        return one
      },
    }
    try {
      return await work(hands)
    } finally {
      // What runs is ended before what it writes to.
      for (const end of ends.reverse()) await end()
    }
  }

  const progress = openProgress(paths)

  async function sweep(): Promise<void> {
    const link = await way()
    const stay = new Set((await progress.scratch()).map((name) => scratchName(project, name)))
    await within(REMOVE_DEADLINE_MS, async (abortSignal) => {
      const list = await link.calls.listContainers({
        all: true,
        filters: { label: [`${TAKING}=${project}`] },
        abortSignal,
      })
      for (const { Id: id, Labels: labels } of list)
        if (isOwn(labels, project)) await link.long.getContainer(id).remove({ force: true, v: true })
      const { Volumes: volumes } = await link.calls.listVolumes({
        filters: { label: [`${TAKING}=${project}`] },
        abortSignal,
      })
      for (const { Name: name } of (volumes as typeof volumes | null) ?? [])
        if (!stay.has(name)) await removeVolume(name)
    })
  }

  return {
    room: said(
      'Docker’s disk cannot be measured',
      async (image) => await seeRoomOf(await way(), project, image),
    ),
    volumes: said('The volumes cannot be measured', async (names) => await seeVolumes(await way(), names)),
    made: said('A volume cannot be inspected', async (name) => (await inspectVolume(name))?.CreatedAt),
    hasImage: said('The images cannot be looked up', async (image) => {
      const link = await way()
      try {
        await within(CALL_DEADLINE_MS, async () => await link.calls.getImage(image).inspect())
        return true
      } catch (error) {
        if (statusOf(error) === 404) return false
        throw error
      }
    }),
    ask: said('An image cannot be asked', async (image, argv) => {
      const ended = AbortSignal.timeout(ASK_DEADLINE_MS)
      try {
        return (await runOnce(await way(), project, { image, argv }, ended))?.out
      } catch (error) {
        if (ended.aborted) return undefined
        throw error
      }
    }),
    users: said('The users of a volume cannot be listed', usersOf),
    variables: said('A container cannot be inspected', async (container) => {
      const link = await way()
      try {
        const info = await within(
          CALL_DEADLINE_MS,
          async (abortSignal) => await link.calls.getContainer(container).inspect({ abortSignal }),
        )
        return new Map(
          (info.Config.Env ?? []).map((entry) => {
            const at = entry.indexOf('=')
            return [entry.slice(0, at), entry.slice(at + 1)] as const
          }),
        )
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        throw error
      }
    }),
    session,
    sweep: said('What an interrupted run left cannot be removed', sweep),
    kept: progress.kept,
    keep: async (id, kept) => await progress.keep(id, kept),
  }
}
