import { MaculaError, troubleOf, type Trouble } from '../../../model/errors.ts'
import { type ComposeProjectSeen, type DataMeasured, type DataProgress } from '../../../model/migration.ts'
import { sayBytes, sayList } from '../../../model/say.ts'
import type { DataHands, TakeKept, VolumeUser } from '../../adapters.ts'
import type { RunContext } from '../../run/context.ts'
import type { DataMove } from '../family.ts'
import { FILL, type Kind, type Work } from './kind.ts'
import { openOurs, type Moved } from './ours.ts'
import { sourceOf, type Source } from './source.ts'
import { foreignWriters, needRest, needUnused } from './users.ts'

/** Room that stays free for everything else on Docker's disk (bytes). */
const SPARE_BYTES = 512 * 1024 * 1024

const MEASURE_DEADLINE_MS = 300_000

/** What every kind of store has in common: sizes, room, moving aside, going on, putting back. */
export function createMove(context: RunContext, kind: Kind): DataMove {
  const { data } = context.adapters
  const { id, title } = kind
  const ours = openOurs(context, kind.service)

  async function helperImage(source: Source): Promise<string> {
    for (const image of [ours.image(), source.container.imageId, source.container.image])
      if (image !== '' && (await data.hasImage(image))) return image
    throw new MaculaError({
      kind: 'outside',
      what: `${title} cannot be read.`,
      why: `Neither the image ${ours.image()} nor ${source.container.image} is on this machine.`,
      todo: `docker pull ${ours.image()}`,
    })
  }

  function needSource(from: ComposeProjectSeen): Source {
    const source = sourceOf(from, id)
    if (source) return source
    throw new MaculaError({
      kind: 'usage',
      what: `The Compose project ${from.project} has nothing of this: ${title}.`,
    })
  }

  /** Bytes of theirs, of ours that would be moved aside, and what all of it needs at most. */
  async function sizes(source: Source) {
    const own = await ours.volumes()
    const seen = await data.volumes([source.volume, ...own])
    const theirs = seen.find(({ name }) => name === source.volume)
    const aside = seen
      .filter(({ name }) => own.includes(name))
      .reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
    return {
      isThere: theirs !== undefined,
      bytes: theirs?.bytes ?? 0,
      replaces: seen.some(({ name, bytes }) => own.includes(name) && bytes !== 0),
      needs: Math.ceil((theirs?.bytes ?? 0) * kind.room) + aside,
    }
  }

  async function needRoom(needs: number, image: string): Promise<void> {
    const free = await data.room(image)
    if (free === undefined || free >= needs + SPARE_BYTES) return
    throw new MaculaError({
      kind: 'outside',
      what: `There is not enough space for this: ${title}.`,
      why: `It needs ${sayBytes(needs)} and ${sayBytes(SPARE_BYTES)} to spare; Docker’s disk has ${sayBytes(free)} free.`,
      todo: 'Free some space (docker system df shows what Docker uses), or leave it out.',
    })
  }

  async function measure(from: ComposeProjectSeen): Promise<DataMeasured> {
    const source = sourceOf(from, id)
    if (!source) return { kind: 'none' }
    const signal = AbortSignal.timeout(MEASURE_DEADLINE_MS)
    try {
      const { isThere, bytes, replaces, needs } = await sizes(source)
      if (!isThere) return { kind: 'none' }
      const image = await helperImage(source)
      const writers = await foreignWriters(data, source.volume, from)
      const says = await data.session(
        async (hands) =>
          await kind.measure(await hands.open(source.volume, image, 'read'), source, ours, signal, hands),
      )
      await needRoom(needs, image)
      return {
        kind: 'found',
        bytes,
        needsBytes: needs,
        says,
        replaces,
        ...(writers.length === 0 ? {} : { writers }),
      }
    } catch (error) {
      return { kind: 'refused', trouble: troubleOf(error) }
    }
  }

  /** What was kept of an interrupted run, as far as it still holds. */
  async function goingOn(source: Source, users: readonly VolumeUser[]): Promise<TakeKept> {
    const before = await data.kept(id)
    const fresh: TakeKept = {
      source: source.volume,
      since: context.adapters.clock.now(),
      users: users.map((user) => user.id),
      scratch: kind.scratch,
      done: [],
      bytes: 0,
      moved: [],
    }
    if (!before) return fresh
    // Who ran after it was read may have changed it, and who is gone may have run before it went.
    const isSame =
      before.source === source.volume &&
      before.users?.every((known) => users.some((user) => user.id === known)) === true &&
      users.every(({ startedAt }) => startedAt <= before.since)
    if (isSame) return before
    // What was copied counts for nothing then; what was moved aside does, and what was half filled is known as such.
    const { moved, home } = before
    return { ...fresh, moved, ...(home === undefined ? {} : { home }) }
  }

  /** Whether the volume that an earlier run made and filled is there as it was: nothing of ours ran on it since. */
  async function isUntouched(home: string | undefined): Promise<boolean> {
    const name = await ours.volume()
    if (home === undefined || (await data.made(name)) !== home) return false
    // A container of ours that ran on it may be gone again.
    if (!(await ours.isUnmade())) return false
    return (await data.users(name)).every(({ startedAt }) => startedAt < Date.parse(home))
  }

  const take: DataMove['take'] = async (from, tell, signal) => {
    const source = needSource(from)
    const began = await needRest(data, title, source.volume)
    let kept = await goingOn(source, began)
    // Scratch volumes of what begins anew go with the sweep.
    await data.keep(id, kept.done.length > 0 ? kept : remembered({ ...kept, scratch: [] }))
    await data.sweep()
    const { isThere, bytes, needs } = await sizes(source)
    if (!isThere)
      throw new MaculaError({
        kind: 'failed',
        what: `${title} cannot be taken over: the volume ${source.volume} is gone.`,
      })
    const image = await helperImage(source)
    const total = Math.max(1, Math.ceil(bytes * kind.passes))
    const doneBytes = (): number => Math.min(total, kept.bytes)
    if (doneBytes() === 0) await needRoom(needs, image)

    async function keep(part: Partial<TakeKept>): Promise<void> {
      kept = { ...kept, ...part }
      await data.keep(id, kept)
    }

    let furthest = 0
    const says = (what: string, now = 0): void => {
      // What a database takes is guessed; it never goes back.
      furthest = Math.max(furthest, Math.min(total, doneBytes() + now))
      tell({ doneBytes: furthest, totalBytes: total, says: what } satisfies DataProgress)
    }

    async function run(hands: DataHands): Promise<string> {
      const work: Work = {
        hands,
        source,
        image,
        bytes,
        ours,
        signal,
        has: (stage) => kept.done.includes(stage),
        mark: async (stage, more = 0) =>
          await keep({
            done: [...kept.done, stage],
            bytes: kept.bytes + more,
          }),
        ask: async (one, argv) => await data.ask(one, argv),
        hasImage: async (one) => await data.hasImage(one),
        variables: async () => await data.variables(source.container.id),
        says,
      }
      if (kind.needsOwnImage === true && !(await data.hasImage(ours.image()))) {
        says(`pulling ${ours.image()}`)
        await context.adapters.docker.pull(ours.image(), () => undefined, signal)
      }
      await kind.prepare(work)
      signal.throwIfAborted()
      if (!(await isUntouched(kept.home))) {
        says('moving aside what Macula has')
        await ours.aside(
          image,
          (what) => says(what),
          async (moved) =>
            await keep({
              moved: [...kept.moved, ...moved],
              done: kept.done.filter((stage) => !stage.startsWith(FILL)),
              home: '',
            }),
          signal,
        )
      }
      // Half of what a server makes at its first start is nothing to go on with.
      else if (!kept.done.some((stage) => stage.startsWith(FILL))) await ours.empty(hands)
      try {
        await ours.home(hands, signal)
        const home = await data.made(await ours.volume())
        await keep({ home: home ?? '' })
        const compared = await kind.load(work)
        await needUnused(data, title, source.volume, began)
        return compared
      } catch (error) {
        if (signal.aborted) throw error
        throw new MaculaError(await backAgain(hands, troubleOf(error)), { cause: error })
      }
    }

    /** Puts ours back as it was before, and tells it. */
    async function backAgain(hands: DataHands, trouble: Trouble): Promise<Trouble> {
      const unhurried = AbortSignal.timeout(PUT_BACK_DEADLINE_MS)
      const { moved } = kept
      const last = lastOf(moved)
      const earlier = moved.filter((one) => !last.includes(one))
      try {
        says('putting back what Macula had')
        await ours.putBack(hands, image, last, unhurried)
        await ours.forget(last)
        kept = { ...kept, moved: earlier, home: '' }
        const back =
          moved.length === 0
            ? 'Nothing of theirs was changed.'
            : 'Macula’s own data is back where it was, and nothing of theirs was changed.'
        const rest = earlier.length === 0 ? '' : `What it was earlier is kept: ${sayMoved(earlier)}.`
        return { ...trouble, todo: [trouble.todo, back, rest].filter(Boolean).join(' ') }
      } catch (error) {
        const { what, why = '' } = troubleOf(error)
        return {
          ...trouble,
          why: `${trouble.why ?? ''} ${what} ${why}`.trim(),
          todo:
            moved.length === 0
              ? 'Nothing of theirs was changed.'
              : `Nothing is lost. It is kept: ${sayMoved(moved)}.`,
        }
      }
    }

    try {
      const compared = await data.session(run)
      const { moved } = kept
      await data.keep(id, undefined)
      await data.sweep()
      return { says: compared, movedAside: moved }
    } catch (error) {
      if (!signal.aborted) {
        // Where Docker itself went away, what was copied is as good as before; else it may be what is wrong.
        if (troubleOf(error).kind !== 'outside') {
          await data.keep(id, remembered({ ...kept, scratch: [], done: [], bytes: 0 }))
          await data.sweep().catch(() => undefined)
        }
        throw error
      }
      const { moved } = kept
      throw new MaculaError(
        {
          kind: 'refused',
          what: `${title} are not taken over yet: interrupted.`,
          ...(moved.length === 0
            ? {}
            : {
                why: `What Macula had is kept: ${sayMoved(moved)}.`,
              }),
          todo: `Run it again: it continues where it stopped. Where ${source.container.name} was started meanwhile, its data may have changed, and it starts over.`,
        },
        { cause: error },
      )
    }
  }

  return { id, title, measure, take }
}

/** Of a taking that begins anew: what was moved aside, and what is half filled; undefined: neither. */
const remembered = (kept: TakeKept): TakeKept | undefined =>
  kept.moved.length > 0 || (kept.home ?? '') !== '' ? kept : undefined

/** Of each volume the copy that was made last: what it was before the run that goes on. */
function lastOf(moved: readonly Moved[]): readonly Moved[] {
  return [...new Map(moved.map((one) => [one.from, one])).values()]
}

const sayMoved = (moved: readonly Moved[]): string =>
  sayList(
    moved.map(({ from, to }) => `${from} as ${to}`),
    99,
  )

const PUT_BACK_DEADLINE_MS = 3_600_000
