import { sayCount, sayList } from '../model/say.ts'
import type { Consequences } from '../model/run.ts'

/** A question with its ways; `ways[i].also`: what else is stopped; undefined: nothing is. */
export interface StopQuestion {
  readonly message: string
  readonly detail: string
  readonly ways: readonly { readonly label: string; readonly also: boolean | undefined }[]
}

/** The question before a stop that touches others, or that must be asked; undefined: nothing to ask. */
export function stopQuestion(
  title: string,
  count: number,
  consequences: Consequences,
  options: { readonly always: boolean; readonly quits: boolean },
): StopQuestion | undefined {
  const { failing, missing } = consequences
  if (failing.length === 0 && missing.length === 0 && !options.always) return undefined
  const then = options.quits ? ' and quit' : ''
  const reasons = (list: Consequences['failing'], verb: string): string =>
    list.map((one) => `${one.title} ${verb}: ${one.because.replace(/[.]$/, '')}.`).join(' ')
  const detail = [
    reasons(failing, 'will fail'),
    reasons(missing, 'goes on and misses it'),
    options.always && count > 0 ? `${sayCount(count, 'service')} will stop.` : '',
    'No data is removed.',
  ]
    .filter((part) => part !== '')
    .join(' ')
  const others = sayList(
    failing.map((one) => one.title),
    3,
  )
  return {
    message: `Stop ${title}${then}?`,
    detail,
    ways: [
      ...(failing.length > 0
        ? [
            { label: `Stop ${title} and ${others}`, also: true },
            { label: `Stop ${title} only`, also: false },
          ]
        : [{ label: `Stop ${title}${then}`, also: false }]),
      { label: 'Cancel', also: undefined },
    ],
  }
}
