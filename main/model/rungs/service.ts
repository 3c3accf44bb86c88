import { inert } from '../atoms.ts'
import type { Fix, Rung } from '../ladder.ts'
import type { AnswerSeen } from '../observation.ts'
import { sayDuration } from '../say.ts'

export interface AnswerLook {
  readonly service: string
  readonly title: string
  /** Asked in this order; the first is the one people use. */
  readonly asked: readonly {
    readonly through: string
    readonly front: boolean
    /** Our forwarder listens there, so that it can be asked. */
    readonly open: boolean
    readonly seen: AnswerSeen | undefined
  }[]
  /** Whether the container's rung lets an answer be expected. */
  readonly container: Rung['state']
  /** Why nothing could be asked ("no way in"), when so. */
  readonly noWay: boolean
  /** Title of the ingress, when the clean address goes through it, and whether it works. */
  readonly ingress?: { readonly title: string; readonly works: boolean }
}

/** An answer in words. */
export function sayAnswer(seen: AnswerSeen): string {
  switch (seen.kind) {
    case 'answer':
    case 'wrong':
      return inert(seen.says)
    case 'closed':
      return 'the connection was closed without an answer'
    case 'refused':
      return `the connection was refused (${seen.code})`
    case 'timeout':
      return `no answer within ${sayDuration(seen.ms)}`
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
  const tried = look.asked.filter((one) => one.seen !== undefined)
  const good = tried.find((one) => one.seen?.kind === 'answer')
  const first = tried[0]
  // A forwarder that was just made: nobody is led past it by what answered before it was there.
  const untried = look.asked.find((one) => one === good || (one.open && one.seen === undefined))
  if (good !== undefined && untried !== undefined && untried !== good)
    return { ...base, state: 'unknown', says: `not asked yet through ${untried.through}` }
  if (good?.seen) {
    const says = `${sayAnswer(good.seen)} through ${good.through}`
    // A clean address that fails though it is ours and another access answers: only the way through the ingress is broken.
    if (first?.seen && first !== good && first.front && look.ingress)
      return {
        ...base,
        state: 'round',
        ms: good.seen.ms,
        says: `${says}; ${first.through}: ${sayAnswer(first.seen)}`,
        reason: look.ingress.works
          ? 'not through its clean URL'
          : `${look.ingress.title} misses, no clean URL`,
        why: look.ingress.works
          ? `${look.ingress.title} does not lead there: ${sayAnswer(first.seen)}.`
          : `${look.ingress.title} routes port 80 by name and does not work.`,
        todo: `Restart ${look.ingress.title}; until then use ${good.through}.`,
        fix: {
          label: `Restart ${look.ingress.title}`,
          command: 'maculactl restart ingress',
          action: { kind: 'restart', services: ['ingress'] },
        },
      }
    return { ...base, state: 'ok', ms: good.seen.ms, says }
  }
  if (look.container === 'progress')
    return { ...base, state: 'progress', says: 'not asked before it is ready' }
  if (look.container === 'unknown') return { ...base, state: 'unknown', says: 'unknown while Docker is down' }
  if (look.container === 'stop' || look.container === 'unreached')
    return { ...base, state: 'unreached', says: 'not reached' }
  if (!first?.seen)
    return look.noWay
      ? { ...base, state: 'unreached', says: 'not reached: there is no way in' }
      : { ...base, state: 'unknown', says: 'not asked yet' }
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
  const told = tried.find((one) => one.seen?.kind === 'wrong') ?? first
  const seen = told.seen ?? first.seen
  const short =
    seen.kind === 'wrong'
      ? inert(seen.says)
      : seen.kind === 'timeout'
        ? `no answer in ${sayDuration(seen.ms)}`
        : seen.kind === 'refused'
          ? 'connection refused'
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
    todo: `Restart ${look.title}; its log may say more (maculactl logs ${look.service}).`,
    fix: restart,
  }
}
