import { join } from 'node:path'
import { z } from 'zod'
import type { IntentAdapter } from '../../engine/adapters.ts'
import { pause } from '../../engine/wait.ts'
import { clusterRow, HUB, HUB_BEFORE } from '../../model/cluster-id.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { keepAside, readIfThere, writeWhole } from '../files.ts'
import { readJson } from '../json-file.ts'
import type { Paths } from '../paths.ts'

/** From this one on a cluster is wanted by its row, `cluster/hub`. */
const VERSION = 2

/**
 * `project`: the instance that it is of; versions that wrote none had one instance a folder. `version`: absent in a file of a version
 * whose one cluster was called as an application may be by now; whatever such a version writes has none again.
 * `resting`: of what is wanted, what was stopped from here to be started again.
 */
const fileSchema = z.object({
  version: z.literal(VERSION).optional(),
  project: z.string().optional(),
  wanted: z.array(z.string()),
  resting: z.array(z.string()).optional(),
})

/** Before the first start there is no file either, and a Docker that hangs must not hold up what needs none (ms). */
const RUNNING_DEADLINE_MS = 2000

type Read =
  | {
      readonly kind: 'read' | 'missing'
      readonly wanted: readonly string[]
      readonly resting: readonly string[]
    }
  | { readonly kind: 'damaged'; readonly says: string }

/**
 * What a person wants to run, kept over processes: the difference between "stopped on purpose" and "should run". What a
 * damaged file held cannot be known, nor what one that is gone did, so what runs counts as wanted until it is written
 * anew; the damaged one is kept aside, and so is one of another instance. `running`: the ids of what of ours runs now;
 * `project`: our instance.
 */
export function openIntent(
  paths: Paths,
  running: () => Promise<readonly string[]>,
  now: () => number = Date.now,
  project?: string,
): IntentAdapter {
  const file = join(paths.state, 'wanted.json')

  async function read(): Promise<Read> {
    try {
      const text = await readIfThere(file)
      if (text === undefined) return { kind: 'missing', wanted: [], resting: [] }
      const found = readJson(text, fileSchema)
      if (found.kind === 'read') {
        const { version, project: other = project, wanted, resting = [] } = found.value
        return other === project || other === undefined
          ? { kind: 'read', wanted: version === undefined ? wanted.map(nowOf) : wanted, resting }
          : { kind: 'damaged', says: sayOther(file, other) }
      }
      const says = `${file} is damaged: line ${found.line}, column ${found.column}: ${found.reason}`
      return { kind: 'damaged', says }
    } catch (error) {
      const { what, why } = troubleOf(error)
      const isOurs = error instanceof MaculaError
      return {
        kind: 'damaged',
        says: isOurs
          ? what.replace(/\.$/, '')
          : `${file} cannot be read (${(why ?? what).replace(/\.$/, '')})`,
      }
    }
  }

  /** What runs, as far as that is told soon. */
  async function runningSoon(): Promise<readonly string[]> {
    const over = new AbortController()
    const late = pause(RUNNING_DEADLINE_MS, over.signal).then(() => [])
    try {
      return await Promise.race([running().catch(() => []), late])
    } finally {
      over.abort()
    }
  }

  /** `changed`: ids of which nothing is kept but what `change` says; `rest`: those that are stopped from here now. */
  async function write(
    changed: readonly string[],
    change: (before: readonly string[]) => readonly string[],
    rest: readonly string[] = [],
  ): Promise<void> {
    const before = await read()
    const ids = change(before.kind === 'read' ? before.wanted : await running())
    const still = before.kind === 'damaged' ? [] : before.resting.filter((id) => !changed.includes(id))
    const resting = [...new Set([...still, ...rest])].sort()
    if (before.kind === 'damaged') await keepAside(file, now())
    const wanted = [...new Set(ids)].sort()
    const kept = { version: VERSION, project, wanted, ...(resting.length === 0 ? {} : { resting }) }
    await writeWhole(file, `${JSON.stringify(kept, null, 2)}\n`)
  }

  return {
    async wanted() {
      const found = await read()
      return new Set(found.kind === 'read' ? found.wanted : await runningSoon())
    },
    async damage() {
      const found = await read()
      if (found.kind === 'damaged') return { says: found.says }
      return found.kind === 'missing' && (await runningSoon()).length > 0
        ? { says: `${file} is not there, though services run`, gone: true }
        : undefined
    },
    want: async (ids) => await write(ids, (before) => [...before, ...ids]),
    unwant: async (ids) => await write(ids, (before) => before.filter((id) => !ids.includes(id))),
    async rest(ids) {
      const found = await read()
      // Of what nobody wants there is nothing to say.
      const mine = found.kind === 'read' ? ids.filter((id) => found.wanted.includes(id)) : []
      if (mine.length > 0) await write([], (before) => before, mine)
    },
    async resting() {
      const found = await read()
      return new Set(found.kind === 'damaged' ? [] : found.resting)
    },
  }
}

/** What an id of an earlier version is called now. */
const nowOf = (id: string): string => (id === HUB_BEFORE ? clusterRow(HUB) : id)

/** The settings named another project when it was written, and what was started then knows nothing of the new one. */
const sayOther = (file: string, project: string): string =>
  `${file} is of the project "${project}", as settings.json had it before. What was started then may still run (docker ps --filter label=dev.macula.project=${project}): to stop it, set "project" back to it and run maculactl down`
