import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { LockAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayDuration } from '../../model/say.ts'
import type { Paths } from '../paths.ts'
import { startOf } from '../process/record.ts'

const holderSchema = z.object({ pid: z.int(), started: z.string(), purpose: z.string(), since: z.number() })
type Holder = z.infer<typeof holderSchema>

/**
 * One actor at a time among all our processes: a file made by link(2), which is atomic, holding who and why. A
 * holder that died is found by pid and start time, and its lock is taken over.
 */
export function openLock(paths: Paths, now: () => number): LockAdapter {
  const file = join(paths.state, 'lock')
  let mine = 0

  async function holder(): Promise<Holder | undefined> {
    try {
      return holderSchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data
    } catch {
      return undefined
    }
  }

  /** Tries once; returns the living holder when there is one. */
  async function take(purpose: string): Promise<Holder | undefined | 'taken'> {
    await mkdir(paths.state, { recursive: true, mode: 0o700 })
    mine += 1
    const own = `${file}.${process.pid}.${mine}`
    const started = (await startOf(process.pid)) ?? ''
    await writeFile(
      own,
      JSON.stringify({ pid: process.pid, started, purpose, since: now() } satisfies Holder),
      { mode: 0o600 },
    )
    try {
      await link(own, file)
      return 'taken'
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const other = await holder()
      if (other && (await startOf(other.pid)) === other.started) return other
      await clear(other, own)
      return undefined
    } finally {
      await rm(own, { force: true })
    }
  }

  /** Takes a dead holder's lock away; one that was made anew in between is put back. */
  async function clear(dead: Holder | undefined, own: string): Promise<void> {
    const away = `${own}.stale`
    try {
      await rename(file, away)
      const moved = holderSchema.safeParse(JSON.parse(await readFile(away, 'utf8'))).data
      if (moved && (moved.pid !== dead?.pid || moved.since !== dead.since)) await link(away, file)
    } catch {
      // Somebody else cleared it, or it was damaged: the next try shows.
    } finally {
      await rm(away, { force: true })
    }
  }

  return {
    async alone(purpose, deadline, work) {
      const until = now() + deadline
      for (let wait = 10; ; wait = Math.min(wait * 2, 250)) {
        const result = await take(purpose)
        if (result === 'taken') break
        if (result !== undefined && now() >= until)
          throw new MaculaError({
            kind: 'busy',
            what: `Another Macula is at work: ${result.purpose} (pid ${result.pid}, since ${sayDuration(now() - result.since)}).`,
            why: 'Two actors at the same time would undo each other.',
            todo: 'Wait until it is done, or end it, then try again.',
          })
        if (result !== undefined) await new Promise((resolve) => setTimeout(resolve, wait))
      }
      try {
        return await work()
      } finally {
        await rm(file, { force: true })
      }
    },
  }
}
