import { CUT_FILES, type BackupCut, type BackupManifest } from '../../../model/backup.ts'
import type { PartialData } from '../../../model/partial.ts'
import type { RunContext } from '../context.ts'
import { forgetPartial, leavePartial, markPartial } from '../partial.ts'

type Moved = BackupCut['moved'][number]

/** Writes down how far a restore is, each time before it goes on. */
export interface CutKeeping {
  /** What was cut before and is run again now. */
  readonly before: BackupCut | undefined
  /** Epoch ms of its begin; of the first one where it was run again. */
  readonly at: number
  /** Something is to be replaced next; `had`: something is there. Nothing of it is touched yet. */
  enter(next: NonNullable<BackupCut['half']>, had: boolean): Promise<void>
  /** What is there is about to go: from here until `leave` it has a part of its data only. */
  tear(): Promise<void>
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
  context: RunContext,
  path: string,
  { name, services, parts }: BackupManifest,
  ran: readonly string[],
): Promise<CutKeeping> {
  const { adapters } = context
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
  let inside: NonNullable<BackupCut['half']> | undefined
  const partial = ({ id, title }: NonNullable<BackupCut['half']>): PartialData => ({
    id,
    title,
    of: { kind: 'restore', name, path },
  })
  return {
    before,
    at: cut.at,
    async enter(next, had) {
      inside = next
      const touched = cut.touched.some(({ id }) => id === next.id)
        ? cut.touched
        : [...cut.touched, { id: next.id, had }]
      await put({ ...cut, touched })
    },
    async tear() {
      if (!inside) return
      if (inside.id !== CUT_FILES) await markPartial(context, partial(inside))
      await put({ ...cut, half: inside })
    },
    moved: async (moved) => await put({ ...cut, moved: [...cut.moved, ...moved] }),
    async leave() {
      const { half: _, ...rest } = cut
      if (!inside) return
      const { id, title } = inside
      inside = undefined
      await put({
        ...rest,
        done: id === CUT_FILES ? cut.done : [...cut.done, title],
        left: cut.left.filter((one) => one !== title),
      })
      if (id !== CUT_FILES) await forgetPartial(context, id)
    },
    end: async () => await restores?.keep(undefined),
    async broken() {
      const kept = cut.touched.length === 0 ? undefined : cut
      await restores?.keep(kept, 'over')
      if (cut.half && cut.half.id !== CUT_FILES) await leavePartial(context, partial(cut.half))
      return kept
    },
  }
}

/** The data of a service is whole again in another way: a reset, or a copy that was put back. */
export async function forgetHalf(context: RunContext, id: string): Promise<void> {
  const { restores } = context.adapters
  await forgetPartial(context, id)
  const cut = await restores?.cut()
  if (cut?.half?.id !== id) return
  const { half: _, ...rest } = cut
  await restores?.keep(rest, 'over')
}
