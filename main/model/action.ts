/** Actions of a service's own: programs that its description names, run in its container by a press. */

export interface ActionSpec {
  readonly id: string
  readonly title: string
  /** By argv: no shell reads it. */
  readonly run: readonly string[]
  /** Where it runs; there is one place so far. */
  readonly in: 'container'
  /** Asked first: what it does, as a sentence. */
  readonly asks?: string
}

/** What an action said and how it ended. What its program prints is not ours. */
export interface ActionDone {
  readonly code: number
  readonly out: string
  readonly err: string
  /** Bytes before `out` and `err`, of which only the ends are kept; absent: they are whole. */
  readonly dropped?: number
  readonly ms: number
}

/** How long an action may take (ms). */
export const ACTION_DEADLINE_MS = 600_000

/** The action of a service by its id. */
export function actionOf(
  { actions }: { readonly actions?: readonly ActionSpec[] },
  id: string,
): ActionSpec | undefined {
  return actions?.find((one) => one.id === id)
}
