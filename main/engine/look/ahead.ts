import { listenerKey } from '../../model/listeners.ts'
import { askedAccesses } from '../../model/judge.ts'
import type { AnswerSeen, ContainerSeen, ListenerSeen } from '../../model/observation.ts'
import { carriedBy } from '../../model/protocol.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import type { Adapters, ForwarderSeen } from '../adapters.ts'
import { outerPlace, questionOf, type Question } from './asking.ts'

/** A question that was begun, through which forwarder, and when (epoch ms). */
interface Begun {
  readonly pid: number
  readonly at: number
  readonly answer: Promise<AnswerSeen>
  /** Once it came. */
  came?: AnswerSeen
}

const isSilent = ({ question }: { readonly question: Question }): boolean =>
  question.scheme === 'tcp' && question.speaks === undefined

const keyOf = (question: Question): string => JSON.stringify(question)

const pidsIn = (ours: readonly ForwarderSeen[]): ReadonlyMap<string, number> =>
  new Map(ours.map((one) => [listenerKey(one), one.pid]))

const pidsOf = (seen: ReadonlyMap<string, ListenerSeen>): ReadonlyMap<string, number> =>
  new Map([...seen].flatMap(([key, one]) => (one.kind === 'ours' ? [[key, one.pid] as const] : [])))

/**
 * Asks what our forwarders lead to before Docker has told what runs: most of a look is waiting for those answers. What is asked
 * here is only waited for; whether it counts is known by what Docker and the listeners tell afterwards, in the same look.
 */
export function aheadLook(
  { forwarders, secrets, host, clock }: Pick<Adapters, 'forwarders' | 'secrets' | 'host' | 'clock'>,
  settings: Settings,
  catalog: () => Catalog,
) {
  let begun = new Map<string, Begun>()

  /**
   * Begins to ask; resolves when everything is asked, not when it is answered. What was begun before is forgotten. `seen`: who
   * was seen to listen a moment ago; absent: our forwarders are listed.
   */
  async function begin(seen?: ReadonlyMap<string, ListenerSeen>): Promise<void> {
    begun = new Map()
    const [pids, known] = await Promise.all([
      seen ? pidsOf(seen) : forwarders.list('quick').then(pidsIn, () => new Map<string, number>()),
      secrets.read().catch(() => new Map<string, string>()),
    ])
    const wanted = catalog().services.flatMap((service) =>
      (service.runtime.kind === 'container' ? service.endpoints : []).flatMap((endpoint) =>
        askedAccesses(service, endpoint).flatMap((access) => {
          const place = access === 'direct' ? undefined : outerPlace(service, endpoint, access)
          const pid = place && pids.get(listenerKey({ ...place, ...carriedBy(endpoint.scheme) }))
          if (place === undefined || pid === undefined) return []
          return [{ pid, question: questionOf(endpoint, place, settings, known) }]
        }),
      ),
    )
    // The longest waits begin first: what speaks no protocol of its own is known by its silence.
    for (const { pid, question } of [...wanted.filter(isSilent), ...wanted.filter((one) => !isSilent(one))]) {
      if (begun.has(keyOf(question))) continue
      const one: Begun = { pid, at: clock.now(), answer: host.ask(question) }
      begun.set(keyOf(question), one)
      void one.answer.then((came) => (one.came = came))
    }
  }

  /**
   * What answers a question that was begun through the forwarder that leads there now; undefined: it must be asked. An answer
   * counts once. One that came too early to count (its container was started since, or nothing good came before it was
   * known to run) is no answer.
   */
  function take(
    question: Question,
    pid: number,
    container: ContainerSeen | undefined,
  ): Promise<AnswerSeen> | undefined {
    const one = begun.get(keyOf(question))
    if (!one) return undefined
    begun.delete(keyOf(question))
    const isOlder = container !== undefined && container.startedAt >= one.at
    const isBad = one.came !== undefined && one.came.kind !== 'answer'
    return one.pid !== pid || isOlder || isBad ? undefined : one.answer
  }

  /** What was not taken counts for no later look. */
  const forget = (): void => void (begun = new Map())

  return { begin, take, forget }
}
