import type { Lack } from '../lack.ts'
import { strongest, UNHEALTHY, type Failure } from '../fixes.ts'
import { inert } from '../atoms.ts'
import { sayConnect } from '../errno.ts'
import type { Fix, Rung } from '../ladder.ts'
import type { AnswerSeen } from '../observation.ts'
import { sayDuration } from '../say.ts'
import { ownLimit } from '../way.ts'

/** One way in, and what answered there. */
interface Asked {
  readonly through: string
  readonly front: boolean
  /** Our forwarder listens there, so that it can be asked. */
  readonly open: boolean
  /** The container itself was asked, with nothing in between. */
  readonly inside?: boolean
  readonly seen: AnswerSeen | undefined
}

type Tried = Asked & { readonly seen: AnswerSeen }

const wasTried = (one: Asked): one is Tried => one.seen !== undefined

export interface AnswerLook {
  readonly service: string
  readonly title: string
  /** Asked in this order; the first is the one people use. */
  readonly asked: readonly Asked[]
  /** Whether the container's rung lets an answer be expected. */
  readonly container: Rung['state']
  /** Why nothing could be asked ("no way in"), when so. */
  readonly noWay: boolean
  /** Title of the ingress, when the clean address goes through it, and whether it works. */
  readonly ingress?: { readonly title: string; readonly works: boolean }
  /** Why the container cannot be reached by anybody, and what to do, when it is lost on its way. */
  readonly lost?: { readonly why: string; readonly todo: string } | undefined
  /** What could not be created in it. */
  readonly lack?: Lack | undefined
  /** How its last starts ended, where they failed. */
  readonly failure?: Failure | undefined
}

const isDatagram = (seen: AnswerSeen): boolean => seen.kind === 'refused' && seen.datagram === true

/** An answer in words. */
export function sayAnswer(seen: AnswerSeen): string {
  switch (seen.kind) {
    case 'answer':
    case 'wrong':
      return inert(seen.says)
    case 'closed':
      return 'the connection was closed without an answer'
    case 'refused':
      return seen.code === 'ECONNREFUSED'
        ? `the ${seen.datagram === true ? 'datagram' : 'connection'} was refused (${seen.code})`
        : `no ${seen.datagram === true ? 'way' : 'connection'}: ${sayConnect(seen.code)}`
    case 'timeout':
      return `no ${seen.unmade === true ? 'connection' : 'answer'} within ${sayDuration(seen.ms)}`
  }
}

/** The fifth rung: a real protocol answer through the whole path. */
export function serviceRung(look: AnswerLook): Rung {
  const base = { id: 'service' } as const
  const restart: Fix = {
    label: `Restart ${look.title}`,
    command: `maculactl restart ${look.service}`,
    action: { kind: 'restart', services: [look.service] },
  }
  const tried = look.asked.filter(wasTried)
  const [first] = tried
  const good = tried.find(({ seen }) => seen.kind === 'answer')
  if (good) {
    // A forwarder that was just made: nobody is led past it by what answered before it was there.
    const before = look.asked.slice(0, look.asked.indexOf(good))
    const untried = before.find((one) => one.open && !wasTried(one))
    if (untried) return { ...base, state: 'unknown', says: `not checked yet through ${untried.through}` }
    const says = `${sayAnswer(good.seen)} through ${good.through}`
    // The way that people use is broken, whatever answers past it: a way round never outvotes it.
    const failing = tried.find((one) => one.open && one.seen.kind !== 'answer')
    if (failing) return brokenWay(look, failing, good, says)
    const { ms } = good.seen
    return look.lack ? lacking(look, look.lack, ms, says) : { ...base, state: 'ok', ms, says }
  }
  // We ourselves ran out of something: nobody was asked.
  if (first && tried.every(({ seen }) => ownLimit(seen) !== undefined))
    return {
      ...base,
      state: 'unknown',
      says: `not asked: ${sayAnswer(first.seen)}`,
      reason: 'could not be checked',
      cause: 'limits',
    }
  if (look.container === 'progress')
    return { ...base, state: 'progress', says: 'not checked until it is ready' }
  if (look.container === 'unknown') return { ...base, state: 'unknown', says: 'unknown while Docker is down' }
  if (look.container === 'stop' || look.container === 'unreached')
    return { ...base, state: 'unreached', says: 'not reached' }
  const keyless = tried.find(({ seen }) => seen.kind === 'wrong' && seen.without !== undefined)
  if (keyless?.seen.kind === 'wrong')
    return {
      ...base,
      state: 'unknown',
      ms: keyless.seen.ms,
      says: `${keyless.through}: ${sayAnswer(keyless.seen)}, asked without the password ${keyless.seen.without ?? ''}`,
      reason: 'the password to ask it with is missing',
      why: `It answers, but ${keyless.seen.without ?? ''} is not in secrets.json, so it cannot be checked whether it works.`,
      todo: 'Read the password back: maculactl env --restore-passwords',
    }
  if (!first)
    return look.noWay
      ? { ...base, state: 'unreached', says: 'not reached: it has no address' }
      : { ...base, state: 'unknown', says: 'not checked yet' }
  if (look.ingress && !look.ingress.works && tried.every((one) => one.front))
    return {
      ...base,
      state: 'stop',
      ms: first.seen.ms,
      says: `${first.through}: ${sayAnswer(first.seen)}`,
      reason: `${look.ingress.title} does not work`,
      why: `It opens by name only, through ${look.ingress.title}, which does not work.`,
      todo: `Start ${look.ingress.title}.`,
      fix: {
        label: `Start ${look.ingress.title}`,
        command: 'maculactl up ingress',
        action: { kind: 'start', services: ['ingress'] },
      },
    }
  const told = tried.find(({ seen }) => seen.kind === 'wrong') ?? first
  const { seen } = told
  if (look.lost && seen.kind !== 'wrong') {
    const last = tried.at(-1) ?? first
    return {
      ...base,
      state: 'stop',
      ms: first.seen.ms,
      says: `${last.through}: ${sayAnswer(last.seen)}`,
      reason: 'its container cannot be reached',
      why: look.lost.why,
      todo: look.lost.todo,
      cause: 'route',
    }
  }
  // The container refuses: whatever else is told of ways that lead to it, the program is not there.
  const shut = tried.find(
    (one) => one.inside === true && one.seen.kind === 'refused' && one.seen.code === 'ECONNREFUSED',
  )
  if (shut)
    return {
      ...base,
      state: 'stop',
      ms: shut.seen.ms,
      says: `nothing listens on ${shut.through} in the container`,
      reason: 'nothing listens on its port',
      why: `The container runs, but no program in it takes ${isDatagram(shut.seen) ? 'datagrams' : 'connections'} on that port.`,
      ...again(look, restart),
    }
  const short =
    seen.kind === 'wrong'
      ? inert(seen.says)
      : seen.kind === 'timeout'
        ? `no ${seen.unmade === true ? 'connection' : 'answer'} in ${sayDuration(seen.ms)}`
        : seen.kind === 'refused'
          ? seen.code === 'ECONNREFUSED'
            ? `${isDatagram(seen) ? 'datagram' : 'connection'} refused`
            : `no connection (${seen.code})`
          : 'no answer'
  return {
    ...base,
    state: 'stop',
    ms: seen.ms,
    says: `${told.through}: ${sayAnswer(seen)}`,
    reason: short,
    why:
      seen.kind === 'wrong'
        ? 'The program in the container answers, but not as it does when it works.'
        : 'The container runs, but the program in it does not answer.',
    ...again(look, restart),
  }
}

/** A restart, until one was tried and it did not answer after it either. */
function again({ service, title, failure }: AnswerLook, restart: Fix): Pick<Rung, 'todo' | 'fix'> {
  return strongest({
    service,
    title,
    // That its health check failed says nothing of an answer that never came.
    failure: failure?.says === UNHEALTHY || failure?.unmade ? undefined : failure,
    after: 1,
    first: { todo: `Restart ${title}; its log may say more (maculactl logs ${service}).`, fix: restart },
  })
}

/** It answers, and something is not in it that belongs there. */
function lacking({ service, title }: AnswerLook, lack: Lack, ms: number, says: string): Rung {
  return {
    id: 'service',
    state: 'round',
    ms,
    says: `${says}; ${lack.says}`,
    reason: lack.says,
    why: lack.why,
    todo: lack.todo,
    fix: {
      label: `Make what is missing in ${title}`,
      command: `maculactl up ${service}`,
      action: { kind: 'start', services: [service] },
    },
  }
}

/** An access that people use fails though the program answers past it: the ingress' fault, or our forwarder's. */
function brokenWay(look: AnswerLook, failing: Tried, good: Tried, says: string): Rung {
  const { front, through, seen } = failing
  const round = good.through
  const base = {
    id: 'service',
    state: 'round',
    ms: good.seen.ms,
    says: `${says}; ${through}: ${sayAnswer(seen)}`,
  } as const
  if (!front || !look.ingress)
    return {
      ...base,
      reason: `not through ${through}`,
      why: `${look.title} answers past our forwarder, but not through it: ${sayAnswer(seen)}.`,
      todo: `Restart the forwarder; until then use ${round}.`,
      fix: { label: 'Restart forwarder', command: 'maculactl up', action: { kind: 'forward' } },
    }
  return {
    ...base,
    reason: look.ingress.works
      ? 'not through its clean URL'
      : `${look.ingress.title} cannot reach it, no clean URL`,
    why: look.ingress.works
      ? `${look.ingress.title} does not route there: ${sayAnswer(seen)}.`
      : `${look.ingress.title} routes port 80 by name and does not work.`,
    todo: `Restart ${look.ingress.title}; until then use ${round}.`,
    fix: {
      label: `Restart ${look.ingress.title}`,
      command: 'maculactl restart ingress',
      action: { kind: 'restart', services: ['ingress'] },
    },
  }
}
