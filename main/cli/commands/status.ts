import { coalesce } from '../../model/coalesce.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { drawHome } from '../draw/home.ts'
import { drawService } from '../draw/service.ts'
import { waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { knowFound } from '../found.ts'
import { tellSets } from '../sets.ts'
import type { Style } from '../style.ts'
import { findTarget, resolveServices } from '../targets.ts'

export interface StatusOptions {
  readonly watch?: boolean
}

const isOfAll = (cause: string): boolean => cause === 'docker' || cause === 'owner'

/** A snapshot with only some of its services; the summary stays that of the whole. */
export function onlyServices(snapshot: Snapshot, ids: ReadonlySet<string>): Snapshot {
  const services = snapshot.services.filter((view) => ids.has(view.id))
  return {
    ...snapshot,
    services,
    tiers: snapshot.tiers
      .map((tier) => ({ ...tier, services: tier.services.filter((id) => ids.has(id)) }))
      .filter((tier) => tier.services.length > 0),
    causes: snapshot.causes
      // What hits no row is of the whole machine: names that wait for set-up.
      .filter(({ id, services: hit }) => hit.length === 0 || hit.some((one) => ids.has(one)) || isOfAll(id))
      .map((cause) => ({ ...cause, services: cause.services.filter((id) => ids.has(id)) })),
  }
}

/** 4: no Docker to look at; 3: what is there is another person's; 1: something failed; else 0 (a detour is no failure). */
export function statusExit(snapshot: Snapshot): number {
  if (snapshot.docker.kind === 'down') return 4
  if (snapshot.docker.kind === 'up' && snapshot.docker.other) return 3
  return snapshot.services.some((view) => view.state === 'failed') ? 1 : 0
}

/** One service named alone is shown in detail, several as rows. `whole`: with all services, for what it needs. */
function draw(style: Style, { engine }: Session, whole: Snapshot, wanted: ReadonlySet<string>, now: number) {
  const found = whole.services.filter((view) => wanted.has(view.id))
  const [only, ...others] = found
  if (only && others.length === 0 && whole.services.length > 1)
    return drawService(
      style,
      whole,
      only,
      engine.catalog().services.find((service) => service.id === only.id),
      now,
    )
  return drawHome(style, found.length === whole.services.length ? whole : onlyServices(whole, wanted), now)
}

/** Shows whether every service can be reached, and for what cannot: where it breaks and what to do. */
export async function status(face: Face, words: readonly string[], options: StatusOptions): Promise<number> {
  return await withEngine(face, async (session) => {
    const { engine, clean } = session
    const { suffix } = engine.settings
    const look = async (): Promise<Snapshot> => await waiting(face, 'Looking at services', engine.look())
    const first = await knowFound(face, engine, words)
    resolveServices(engine.catalog(), suffix, words)
    tellSets(face, session, words)
    const wantedOf = (whole: Snapshot): ReadonlySet<string> => {
      if (words.length === 0) return new Set(whole.services.map(({ id }) => id))
      const now = words.filter((word) => findTarget(engine.catalog(), suffix, word) !== undefined)
      const meant = now.length === 0 ? [] : resolveServices(engine.catalog(), suffix, now)
      return new Set(meant.map(({ id }) => id))
    }
    const view: View = {
      lines: (whole) => draw(face.out.style(), session, clean.deep(whole), wantedOf(whole), face.host.now()),
      async append(whole, style) {
        if (!face.json) return face.out.lines(view.lines(whole))
        const { statusJson } = await import('../json/status.ts')
        const value = statusJson(clean.concealDeep(onlyServices(whole, wantedOf(whole))))
        await writeJson(face.out, value, style)
      },
      exit: (whole) => statusExit(onlyServices(whole, wantedOf(whole))),
    }
    if (options.watch === true) return await watch(face, session, view)
    const snapshot = first ?? (await look())
    await view.append(snapshot, 'whole')
    return view.exit(snapshot)
  })
}

interface View {
  readonly lines: (whole: Snapshot) => readonly string[]
  readonly append: (whole: Snapshot, style: 'whole' | 'line') => Promise<void>
  readonly exit: (whole: Snapshot) => number
}

/** Draws again on every change until Ctrl-C; the last drawing stays. */
async function watch(face: Face, { engine }: Session, view: View): Promise<number> {
  const { createLive } = await import('../live.ts')
  const live = face.out.tty && !face.json ? createLive(face.out) : undefined
  let last: Snapshot | undefined
  const redraw = (): void => {
    if (last && live) live.draw(view.lines(last))
  }
  let written: Promise<void> = Promise.resolve()
  // Who reads slowly gets the newest, not a queue of all that were.
  const append = coalesce(async (snapshot: Snapshot) => await view.append(snapshot, 'line'))
  let undo: readonly (() => void)[] = []
  try {
    await new Promise<void>((resolve) => {
      const { stream } = face.out
      stream.once('close', resolve)
      stream.on('resize', redraw)
      undo = [
        () => stream.off('close', resolve).off('resize', redraw),
        face.host.onInterrupt(() => resolve(), 'ends'),
        engine.subscribe((snapshot) => {
          last = snapshot
          if (live) redraw()
          else written = append(snapshot)
        }),
      ]
    })
    await written
  } finally {
    for (const one of undo) one()
    live?.leave()
  }
  return last ? view.exit(last) : 0
}
