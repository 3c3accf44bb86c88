import type { ServiceSpec } from '../../model/service.ts'
import { pause } from '../wait.ts'
import type { Observer } from './observe.ts'
import type { Seen } from './seen.ts'

/** What answers at all on this machine does so within this; a port that says nothing is waited for longer (ms). */
const EXPECT_AFTER_MS = 60

const never = new AbortController().signal

/** What is waited for only after others: that it failed is told then, and ends no process before. */
export function asked<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}

/** In which order the outside is read. `running`: what is described or was found, and can be asked now. */
export function createReading({
  observe,
  seen,
  running,
}: {
  readonly observe: Observer
  readonly seen: Seen
  readonly running: () => readonly ServiceSpec[]
}) {
  /**
   * What others wait for goes first: what our forwarders lead to is asked at once, and counts by what is seen after it:
   * containers and clusters, who listens, then what answers. What only is compared is read while answers are waited for.
   */
  async function outside(): Promise<void> {
    const ahead = asked(observe.ahead.begin())
    const beside = asked(Promise.all([observe.nameServer(), observe.addresses(), observe.files()]))
    await Promise.all([observe.wanted(), observe.docker().then(observe.containers).then(observe.clusters)])
    await observe.listeners()
    await ahead
    const answered = asked(Promise.all([observe.answers(running()), observe.tls()]))
    await Promise.all([
      answered,
      beside.then(listed),
      seen.ingressNames.size > 0 ? observe.names('new') : undefined,
      // It takes the processor, which would count as part of how long an answer took.
      Promise.race([answered, pause(EXPECT_AFTER_MS, never)]).then(async () => await observe.expected()),
    ]).finally(observe.ahead.forget)
  }

  /** What PowerDNS has of names; a route that lists names may lack some then. */
  async function listed(): Promise<void> {
    await observe.zones()
    if (seen.route.kind !== 'in place' || !seen.route.needsServer) await observe.route()
  }

  /** What a run did not read itself a moment ago: whether everything answers, the way that people use. */
  async function afterRun(): Promise<void> {
    // The run saw who listens when it put forwarders right.
    const ahead = asked(observe.ahead.begin(seen.listeners))
    await Promise.all([
      observe.wanted(),
      observe.containers(),
      observe.unseenClusters(),
      observe.nameServer(),
      observe.files(),
      observe.addresses(),
    ])
    await observe.listenersUnlessNow()
    await ahead
    await Promise.all([observe.answers(running()), observe.tls(), listed()]).finally(observe.ahead.forget)
  }

  return { afterRun, listed, outside }
}
