import { sayRight, type Found } from '../../main/model/looked.ts'
import {
  INTERRUPTED,
  sayForward,
  saySkipped,
  sayStarted,
  type RunResult,
  type StepEvent,
} from '../../main/model/run.ts'
import { sayBytes, sayCount, sayDuration, sayList, sayMany, saySecond } from '../../main/model/say.ts'
import type { Deed } from '../store/deeds.ts'

type Title = (service: string) => string

/** What a step of a run is about, in a few words. */
export function sayStep(event: StepEvent, title: Title): string {
  switch (event.kind) {
    case 'phase':
    case 'note':
      return event.says
    case 'pull': {
      const { image, currentBytes, totalBytes } = event.progress
      return `${image}, ${sayBytes(currentBytes)}${totalBytes === 0 ? '' : ` of ${sayBytes(totalBytes)}`}`
    }
    case 'pulled':
      return `${event.image} is downloaded`
    case 'waiting':
      // What is counted is waited for by nobody.
      return /(?:copied|restored)$/.test(event.says)
        ? `${title(event.service)}: ${event.says}`
        : `${title(event.service)} waits for ${event.says}`
    case 'starting':
      return `${title(event.service)} is starting${event.says === undefined ? '' : `, ${event.says}`}`
    case 'answers':
      return `${title(event.service)} ${sayStarted(event)}`
    case 'stopping':
      return `${title(event.service)} is stopping`
    case 'stopped':
      return `${title(event.service)} is stopped`
    case 'removed':
      return `the ${event.what} of ${title(event.service)} is removed`
    case 'failed':
      return event.trouble.what.replace(/\.$/, '')
    case 'skipped':
      return `${title(event.service)} was ${saySkipped(event.because)}`
    case 'forward':
      return sayForward(event)
  }
}

/** What came of a run, as a sentence: what failed first, else what was done. */
export function sayResult(
  { done, failed, skipped }: RunResult,
  verb: 'start' | 'stop' | 'restart' | 'pull' | 'reset' | 'delete' | 'snapshot' | 'restore snapshot',
  title: Title,
): string {
  const [first, ...others] = failed
  if (first)
    return `${first.trouble.what}${others.length === 0 ? '' : ` ${sayCount(others.length, 'other service')} failed too.`}`
  const said = {
    start: 'answer',
    stop: 'stopped',
    restart: 'answer',
    pull: 'downloaded',
    reset: 'reset',
    delete: 'deleted',
    snapshot: 'copied',
    'restore snapshot': 'restored',
  } as const
  const left = skipped.filter(({ because }) => because === INTERRUPTED)
  if (left.length > 0)
    return done.length === 0
      ? 'interrupted before anything was started.'
      : `interrupted: ${sayMany(done.length, 'service', ['runs', 'run'])}, ${left.length} ${left.length === 1 ? 'was' : 'were'} not started.`
  const titles = done.map(title)
  if (titles.length === 0)
    return skipped.length > 0 ? 'nothing was tried.' : 'nothing to do, it was so already.'
  const one = titles.length === 1
  const words = said[verb]
  // Of many the label named how many, and rows show which.
  const all = titles.length > 3 ? sayCount(titles.length, 'service') : sayList(titles, 3)
  return words === 'answer'
    ? `${all} ${one ? 'answers' : 'answer'}.`
    : `${all} ${one ? 'is' : 'are'} ${words}.`
}

/** What a look after a repair found: what is right again, else that it is as before. */
export function sayRepaired({ gone, came, still }: Found): string {
  const parts = [
    ...(gone.length > 0 ? [sayRight(gone)] : []),
    ...(came.length > 0 ? [`new: ${sayList(came)}`] : []),
    ...(gone.length === 0 && still.length > 0 ? [`as before, ${sayCount(still.length, 'problem')}`] : []),
  ]
  return parts.length === 0 ? 'no problem is left.' : `${parts.join('; ')}.`
}

/** "stopping" of "Loki is stopping" below the label "Stop Loki", which names it already. */
function withoutSubject(label: string, step: string): string {
  const subject = `${label.slice(label.indexOf(' ') + 1)} `
  return step.startsWith(subject) ? step.slice(subject.length).replace(/^is /, '') : step
}

/** "Check port 80 again, at 10:42:55 after 195 ms: nginx (pid 812) still has 127.0.0.4:80." */
export const sayDeed = {
  /** While it goes on; the seconds are drawn beside it. */
  running: (label: string, step: string) =>
    `${label}: ${step === '' ? 'asked for' : withoutSubject(label, step)}`,
  ended: ({ label, at, end }: Deed) =>
    end === null ? '' : `${label}, at ${saySecond(end.at)} after ${sayDuration(end.at - at)}: ${end.says}`,
  seconds: (ms: number) => `${Math.max(0, Math.floor(ms / 1000))} s`,
  opened: (url: string) => `${url} was handed to the browser.`,
  saved: 'saved and in use.',
  dockerUp: (version: string) => `Docker ${version} answers.`,
  dockerAnswers: 'Docker answers.',
  busy: (label: string, ms: number) => `${label} (${sayDeed.seconds(ms)})`,
} as const
