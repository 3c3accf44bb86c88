import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RestoresAdapter } from '../../engine/adapters.ts'
import type { BackupCut, BackupTaking } from '../../model/backup.ts'
import type { PartialData } from '../../model/partial.ts'
import { readIfThere, writeWhole } from '../files.ts'
import { readJson } from '../json-file.ts'
import type { Paths } from '../paths.ts'
import { startOf } from '../process/record.ts'

/** Whose work it is, a pid with its start; absent: nobody's any more. */
const by = z.object({ pid: z.int(), started: z.string() }).optional()

const titled = z.object({ id: z.string(), title: z.string() })

const restoring: z.ZodType<BackupCut & { by?: z.infer<typeof by> }> = z.object({
  by,
  name: z.string(),
  path: z.string(),
  at: z.number(),
  ran: z.array(z.string()),
  touched: z.array(z.object({ id: z.string(), had: z.boolean() })),
  moved: z.array(z.object({ from: z.string(), to: z.string() })),
  half: titled.optional(),
  done: z.array(z.string()),
  left: z.array(z.string()),
})

const making: z.ZodType<BackupTaking & { by?: z.infer<typeof by> }> = z.object({
  by,
  name: z.string(),
  at: z.number(),
  stopped: z.array(titled),
  started: z.array(titled),
  making: z.literal(true).optional(),
})

const parts: z.ZodType<PartialData & { by?: z.infer<typeof by> }> = titled.extend({
  by,
  of: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('restore'), name: z.string(), path: z.string() }),
    z.object({ kind: z.literal('back'), copy: z.string() }),
  ]),
})

const passwords = z.record(z.string(), z.string())

/** One piece of work as a file that outlives its process. */
function kept<Work extends object>(file: string, schema: z.ZodType<Work & { by?: z.infer<typeof by> }>) {
  async function read(): Promise<{ readonly work: Work; readonly pid?: number } | undefined> {
    const text = await readIfThere(file).catch(() => undefined)
    const found = text === undefined ? undefined : readJson(text, schema)
    if (found?.kind !== 'read') return undefined
    const { by: whose, ...rest } = found.value
    const work = rest as unknown as Work
    const lives = whose !== undefined && (await startOf(whose.pid)) === whose.started
    return lives ? { work, pid: whose.pid } : { work }
  }
  return {
    /** What is there and is nobody's any more. */
    async left(): Promise<Work | undefined> {
      const found = await read()
      return found?.pid === undefined ? found?.work : undefined
    },
    /** The process that goes on with it. */
    holder: async (): Promise<number | undefined> => (await read())?.pid,
    async keep(work: Work | undefined, over?: 'over'): Promise<void> {
      if (work === undefined) return await rm(file, { force: true })
      const started = over === undefined ? await startOf(process.pid) : undefined
      const whose = started === undefined ? {} : { by: { pid: process.pid, started } }
      await writeWhole(file, `${JSON.stringify({ ...whose, ...work }, null, 1)}\n`, 0o600)
    },
  }
}

/** The making of a snapshot. */
export const openTaking = (paths: Pick<Paths, 'state'>) =>
  kept<BackupTaking>(join(paths.state, 'snapshotting.json'), making)

/** How far work with a snapshot is, kept over processes: written before each step, so that a kill at any border leaves the truth. */
export function openRestores(paths: Paths): RestoresAdapter {
  const restore = kept<BackupCut>(join(paths.state, 'restoring.json'), restoring)
  const take = openTaking(paths)
  // A file for each: what goes on with one hides no other.
  const partial = join(paths.state, 'partial')
  const partOf = (file: string) => kept<PartialData>(join(partial, file), parts)
  const before = join(paths.state, 'restoring-passwords.json')
  return {
    cut: async () => await restore.left(),
    async keep(cut, over) {
      // Passwords stay no longer than they may be asked for, and go first.
      if (cut === undefined) await rm(before, { force: true })
      await restore.keep(cut, over)
    },
    async passwords() {
      const text = await readIfThere(before)
      const found = text === undefined ? undefined : readJson(text, passwords)
      return found?.kind === 'read' ? new Map(Object.entries(found.value)) : undefined
    },
    keepPasswords: async (values) =>
      await writeWhole(before, `${JSON.stringify(Object.fromEntries(values))}\n`, 0o600),
    taking: async () => await take.left(),
    keepTaking: async (taking, over) => await take.keep(taking, over),
    async partial() {
      const files = await readdir(partial).catch(() => [])
      const left = await Promise.all(
        files.filter((file) => file.endsWith('.json')).map(async (file) => await partOf(file).left()),
      )
      return left.filter((one) => one !== undefined)
    },
    keepPartial: async (id, part, over) => await partOf(`${encodeURIComponent(id)}.json`).keep(part, over),
  }
}
