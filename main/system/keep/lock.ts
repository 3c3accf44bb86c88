import { pause } from '../../engine/wait.ts'
import { link, lstat, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { LockAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayDuration } from '../../model/say.ts'
import { makeFolder, readIfThere } from '../files.ts'
import { isNoWriting, sayObstacle } from '../obstacle.ts'
import type { Paths } from '../paths.ts'
import { startOf } from '../process/record.ts'
import { isSuspended } from '../process/suspended.ts'
import { sweepKilled } from './sweep.ts'
import { inTurn } from './turns.ts'

const holderSchema = z.object({ pid: z.int(), started: z.string(), purpose: z.string(), since: z.number() })
type Holder = z.infer<typeof holderSchema>

/** Where a lock is held when nothing can be written in `folder`. In memory, if possible. */
function placesBeside(folder: string): readonly string[] {
  const uid = process.getuid?.() ?? 0
  const name = `macula-desktop-${uid}${folder.replaceAll('/', '-')}`
  return [
    ...(process.platform === 'linux' ? [join('/run/user', String(uid), name)] : []),
    join(tmpdir(), name),
  ]
}

/** A folder that we alone can write: where all may write, somebody else may have made one of that name before. */
async function isOurs(place: string): Promise<boolean> {
  const found = await lstat(place).catch(() => undefined)
  return (
    found !== undefined &&
    found.isDirectory() &&
    found.uid === (process.getuid?.() ?? found.uid) &&
    (found.mode & 0o022) === 0
  )
}

/** The one lock that all changes of what runs are made under. */
export function openLock(paths: Paths, now: () => number): LockAdapter {
  return lockIn(paths.state, 'lock', now)
}

/**
 * One actor at a time among all our processes: a file made by link(2), which is atomic, holding who and why. A
 * holder that died is found by pid and start time, and its lock is taken over. In one process everybody gets their turn:
 * `deadline` is for others.
 */
export function lockIn(
  folder: string,
  name: string,
  now: () => number,
  {
    beside = placesBeside(folder),
    isSwept = true,
  }: {
    readonly beside?: readonly string[]
    /** What killed runs left in the folder is removed by whoever has the lock. */
    readonly isSwept?: boolean
  } = {},
): LockAdapter {
  const inPlace = (place: string) => ({ place, file: join(place, name) })
  const usual = inPlace(folder)
  const others = beside.map(inPlace)
  let mine = 0

  async function holderOf(file: string): Promise<Holder | undefined> {
    try {
      return holderSchema.safeParse(JSON.parse((await readIfThere(file)) ?? '')).data
    } catch {
      return undefined
    }
  }

  const isAlive = async (holder: Holder): Promise<boolean> =>
    // In this process it is our own turn: a lock of ours that is still there is one that could not be removed.
    holder.pid !== process.pid && (await startOf(holder.pid)) === holder.started

  /** Tries once with one file; returns the file that is held now, or the living holder, or nothing when to try again. */
  async function takeIn(file: string, purpose: string): Promise<Holder | string | undefined> {
    mine += 1
    const own = `${file}.${process.pid}.${mine}`
    const started = (await startOf(process.pid)) ?? ''
    try {
      await writeFile(
        own,
        JSON.stringify({ pid: process.pid, started, purpose, since: now() } satisfies Holder),
        { mode: 0o600 },
      )
      await link(own, file)
      return file
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const other = await holderOf(file)
      if (other && (await isAlive(other))) return other
      await clear(file, other, own)
      return undefined
    } finally {
      await rm(own, { force: true }).catch(() => undefined)
    }
  }

  async function take(purpose: string): Promise<Holder | string | undefined> {
    // Whoever found no room in the usual place holds it elsewhere.
    for (const { place, file } of others) {
      const other = (await isOurs(place)) ? await holderOf(file) : undefined
      if (other && (await isAlive(other))) return other
    }
    let first: unknown
    for (const { place, file } of [usual, ...others])
      try {
        await makeFolder(place)
        if (place !== folder && !(await isOurs(place))) continue
        return await takeIn(file, purpose)
      } catch (error) {
        if (!isNoWriting(error)) throw error
        first ??= error
      }
    throw new MaculaError(
      {
        kind: 'failed',
        what: `Nothing was changed: no lock can be written, neither in ${folder} nor in ${beside.at(-1) ?? ''}.`,
        ...sayObstacle(first, folder),
      },
      { cause: first },
    )
  }

  /** Takes a dead holder's lock away; one that was made anew in between is put back. */
  async function clear(file: string, dead: Holder | undefined, own: string): Promise<void> {
    const away = `${own}.stale`
    try {
      await rename(file, away)
      const moved = await holderOf(away)
      if (moved && (moved.pid !== dead?.pid || moved.since !== dead.since)) await link(away, file)
    } catch {
      // Somebody else cleared it, or it was damaged: the next try shows.
    } finally {
      await rm(away, { force: true }).catch(() => undefined)
    }
  }

  function busy({ purpose, pid, since }: Holder, isSleeping: boolean): MaculaError {
    const who = `${purpose} (pid ${pid}, since ${sayDuration(now() - since)})`
    return new MaculaError(
      isSleeping
        ? {
            kind: 'busy',
            what: `Another Macula is suspended in the middle of its work: ${who}.`,
            why: 'It was stopped in its terminal (Ctrl-Z) or by a signal, and whoever changes things must wait for it.',
            todo: `Let it go on: fg in its terminal, or kill -CONT ${pid}. Or end it (kill -KILL ${pid}), then try again.`,
          }
        : {
            kind: 'busy',
            what: `Another Macula is at work: ${who}.`,
            why: 'Two actors at the same time would undo each other.',
            todo: 'Wait until it is done, or end it, then try again.',
          },
    )
  }

  async function held(purpose: string, deadline: number): Promise<string> {
    const until = now() + deadline
    for (let wait = 10; ; wait = Math.min(wait * 2, 250)) {
      const result = await take(purpose)
      if (typeof result === 'string') return result
      // What a signal suspended does not go on by itself: nobody waits for it.
      const isSleeping = result !== undefined && (await isSuspended(result.pid))
      if (result !== undefined && (isSleeping || now() >= until)) throw busy(result, isSleeping)
      if (result !== undefined) await pause(wait)
    }
  }

  return {
    alone: async (purpose, deadline, work) =>
      await inTurn(join(folder, name), async () => {
        const file = await held(purpose, deadline)
        try {
          if (isSwept) await sweepKilled(folder, name, now())
          return await work()
        } finally {
          await rm(file, { force: true }).catch(() => undefined)
        }
      }),
  }
}
