import type { ActivityFace } from '../model/activity.ts'
import { createLearningCleaner, type Cleaner } from '../model/clean.ts'
import { MaculaError, troubleOf } from '../model/errors.ts'
import type { StepEvent } from '../model/run.ts'
import type { Snapshot } from '../model/snapshot.ts'
import {
  isRequest,
  requests,
  type EventName,
  type Payload,
  type Reply,
  type RunView,
  type Told,
} from '../../preload/contract.ts'
import type { GatewayContext, Listener } from './context.ts'
import { handlers, type Handlers } from './handlers.ts'
import { safeSnapshots } from './safe-snapshots.ts'
import { createStreams } from './streams.ts'
import type { System } from '../system/open-system.ts'

/** One connection. Nothing but the contract's requests passes, whatever is asked. */
export interface GatewayClient {
  request(name: string, input: unknown): Promise<Reply>
  /** Ends its streams and its watching; runs it began go on. */
  close(): void
}

export interface Gateway {
  /** `face`: whose doing it is what is asked for; absent: a page's. */
  connect(listener: Listener, face?: 'tray'): GatewayClient
  /** Looks again at once: after sleep, or when the network changed. */
  wake(): Promise<void>
  /** What was begun and has not ended. */
  underWay(): readonly RunView[]
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
  /** Ends everything that is open, runs where they are, and waits for them; services stay as they are. */
  close(): Promise<void>
}

interface RunHere {
  readonly view: RunView
  readonly abort: AbortController
  readonly ended: Promise<void>
  /** Its last step, for faces that come in the middle of it. */
  last?: StepEvent
}

/**
 * The one gateway to the engine for faces that live in another process or page: every request is parsed by the
 * contract's schema, every failure goes back as data, no secret goes out but where a person asks for it.
 */
export async function openGateway(options: {
  readonly open: () => Promise<System>
  readonly face: 'desktop' | 'browser'
  readonly version: string
}): Promise<Gateway> {
  let system = await options.open()
  const clean = createLearningCleaner(async () => await system.engine.secrets())
  await clean.learn()
  const connections = new Set<Connection>()
  const runs = new Map<string, RunHere>()
  const safe = safeSnapshots(clean)
  let latest: Snapshot | undefined
  let watchers = 0

  const tellAll: GatewayContext['tellAll'] = (event, payload) => {
    for (const connection of connections) connection.tell(event, payload)
  }
  const tellRuns = (): void =>
    tellAll(
      'runs',
      [...runs.values()].map(({ view }) => view),
    )

  const settled = async (): Promise<void> => {
    while (runs.size > 0) await Promise.all([...runs.values()].map(async ({ ended }) => await ended))
  }

  const context: GatewayContext = {
    system: () => system,
    clean: () => clean,
    latest: () => (watchers > 0 ? latest : undefined),
    face: options.face,
    version: options.version,
    tellAll,
    lastBackup: { ended: null },
    async run(view, work) {
      if (runs.has(view.run))
        throw new MaculaError({ kind: 'usage', what: `A run named ${view.run} is under way already.` })
      const abort = new AbortController()
      let over = (): void => undefined
      const ended = new Promise<void>((resolve) => {
        over = resolve
      })
      const mine: RunHere = { view: { ...view, at: Date.now() }, abort, ended }
      runs.set(view.run, mine)
      tellRuns()
      try {
        return await work((step) => {
          const event = clean.deep(step)
          mine.last = event
          tellAll('run', { run: view.run, event })
        }, abort.signal)
      } finally {
        runs.delete(view.run)
        await clean.learn()
        tellRuns()
        over()
      }
    },
    cancel(run) {
      const found = runs.get(run)
      if (!found) throw new MaculaError({ kind: 'usage', what: 'That is not under way any more.' })
      found.abort.abort()
    },
    async reopen() {
      const old = system
      system = await options.open()
      await clean.learn()
      for (const connection of connections) connection.rewatch()
      await old.engine.close()
    },
  }

  /** The system of now, whose engine writes down what it is asked for as the doing of this face. */
  function asFace(face: ActivityFace): () => System {
    let of: System | undefined
    let own: System | undefined
    return () => {
      if (of !== system || own === undefined) {
        of = system
        own = Object.create(system, { engine: { value: system.engine.as(face) } }) as System
      }
      return own
    }
  }

  let correcting: Promise<void> | undefined
  /** Settings that could not be used are read again whenever somebody asks: a person corrects them in an editor. */
  async function corrected(): Promise<void> {
    if (system.problem === undefined) return
    correcting ??= context.reopen().finally(() => {
      correcting = undefined
    })
    await correcting
  }

  interface Connection {
    tell<Name extends EventName>(event: Name, payload: Payload<Name>): void
    rewatch(): void
  }

  return {
    connect(listener, face) {
      let undo: (() => void) | undefined
      let closely: boolean | undefined
      const tell: Connection['tell'] = (event, payload) => listener.push({ event, payload } as Told)
      const streams = createStreams(context, listener, tell)
      const watch = (): void => {
        if (undo) watchers -= 1
        undo?.()
        if (closely !== undefined) watchers += 1
        undo =
          closely === undefined
            ? undefined
            : system.engine.subscribe(
                (snapshot) => {
                  // Another process may have changed secrets; logs and answers wait for it, what is seen does not.
                  void clean.learn()
                  const clear = safe(snapshot)
                  latest = clear
                  tell('snapshot', clear)
                },
                closely ? 'closely' : 'calmly',
              )
      }
      const connection: Connection = { tell, rewatch: watch }
      connections.add(connection)
      if (runs.size > 0) tellRuns()
      for (const { view, last } of runs.values()) if (last) tell('run', { run: view.run, event: last })
      const own = handlers(
        { ...context, system: asFace(face ?? (options.face === 'desktop' ? 'window' : 'browser')) },
        {
          ...streams,
          watch(how) {
            closely = how
            watch()
          },
          wholeSnapshot() {
            listener.anew?.()
            if (closely !== undefined && latest) tell('snapshot', latest)
          },
        },
        listener,
      )
      return {
        async request(name, input) {
          await corrected()
          await clean.learn()
          return await answer(own, clean, name, input)
        },
        close() {
          connections.delete(connection)
          closely = undefined
          watch()
          streams.closeAll()
        },
      }
    },
    async wake() {
      await corrected()
      await system.engine.look()
    },
    underWay: () => [...runs.values()].map(({ view }) => view),
    settled,
    async close() {
      for (const { abort } of runs.values()) abort.abort()
      connections.clear()
      await settled()
      await system.engine.close()
    },
  }
}

/** Parses, calls, and puts what comes into a reply; never throws. */
async function answer(own: Handlers, clean: Cleaner, name: string, input: unknown): Promise<Reply> {
  if (!isRequest(name)) return { ok: false, trouble: { kind: 'usage', what: 'There is no such request.' } }
  const parsed = requests[name].input.safeParse(input)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return {
      ok: false,
      trouble: {
        kind: 'usage',
        what: `The request ${name} is not as it must be.`,
        why: clean.text(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim()),
      },
    }
  }
  try {
    // The schema of this very name has parsed it.
    const handle = own[name] as (given: unknown) => Promise<unknown>
    return { ok: true, value: await handle(parsed.data) }
  } catch (error) {
    return { ok: false, trouble: clean.deep(troubleOf(error)) }
  }
}
