import { CUT_FILES, type BackupCut, type BackupManifest } from '../../../model/backup.ts'
import { MaculaError } from '../../../model/errors.ts'
import { sayCutTodo } from '../../../model/causes/restore.ts'
import type { RunContext } from '../context.ts'

type Moved = BackupCut['moved'][number]

/** Writes down how far a restore is, each time before it goes on. */
export interface CutKeeping {
  /** What was cut before and is run again now. */
  readonly before: BackupCut | undefined
  /** Epoch ms of its begin; of the first one where it was run again. */
  readonly at: number
  /** Something is about to be replaced; `had`: something is there. */
  enter(half: NonNullable<BackupCut['half']>, had: boolean): Promise<void>
  /** It is moved aside: the way back. */
  moved(moved: readonly Moved[]): Promise<void>
  /** It is whole. */
  leave(): Promise<void>
  /** All of it is. */
  end(): Promise<void>
  /** It is over before its end; what is known of it stays, where anything was replaced. */
  broken(): Promise<BackupCut | undefined>
}

const union = <T>(one: readonly T[], two: readonly T[]): readonly T[] => [...new Set([...one, ...two])]

/** Begins to write it down. One that was cut before goes on: what was there at first is what it can be brought back to. */
export async function keepCut(
  { adapters }: RunContext,
  path: string,
  { name, services, parts }: BackupManifest,
  ran: readonly string[],
): Promise<CutKeeping> {
  const { restores } = adapters
  const before = await restores?.cut()
  const own = services.filter(({ id }) => parts.some((part) => part.service === id && part.kind !== 'images'))
  let cut: BackupCut = {
    name,
    path,
    at: before?.at ?? adapters.clock.now(),
    ran: union(before?.ran ?? [], ran),
    touched: before?.touched ?? [],
    moved: before?.moved ?? [],
    done: [],
    left: own.map(({ title }) => title),
  }
  const put = async (next: BackupCut): Promise<void> => {
    cut = next
    await restores?.keep(cut)
  }
  await put(cut)
  return {
    before,
    at: cut.at,
    async enter(half, had) {
      const touched = cut.touched.some(({ id }) => id === half.id)
        ? cut.touched
        : [...cut.touched, { id: half.id, had }]
      await put({ ...cut, half, touched })
    },
    moved: async (moved) => await put({ ...cut, moved: [...cut.moved, ...moved] }),
    async leave() {
      const { half, ...rest } = cut
      if (!half) return
      const done = half.id === CUT_FILES ? cut.done : [...cut.done, half.title]
      await put({ ...rest, done, left: cut.left.filter((title) => title !== half.title) })
    },
    end: async () => await restores?.keep(undefined),
    async broken() {
      const kept = cut.touched.length === 0 ? undefined : cut
      await restores?.keep(kept, 'over')
      return kept
    },
  }
}

/** Refuses to start what has a part of its data only: it would work with that, and write to it. */
export async function refuseHalf({ adapters }: RunContext, ids: readonly string[]): Promise<void> {
  const cut = await adapters.restores?.cut()
  if (cut?.half === undefined || !ids.includes(cut.half.id)) return
  throw new MaculaError({
    kind: 'failed',
    what: `Nothing was started: ${cut.half.title} has a part of its data only.`,
    why: `The restore of the snapshot ${cut.name} was cut off while this was restored.`,
    todo: sayCutTodo(cut),
  })
}

/** The data of a service is whole again in another way: a reset, or a copy that was put back. */
export async function forgetHalf({ adapters }: RunContext, id: string): Promise<void> {
  const cut = await adapters.restores?.cut()
  if (cut?.half?.id !== id) return
  const { half: _, ...rest } = cut
  await adapters.restores?.keep(rest, 'over')
}
