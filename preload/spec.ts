/** How the contract says what a request takes and answers, and what an event tells. */
import type { z } from 'zod'

/** What a request takes (parsed) and what it answers (typed). */
export interface RequestSpec<In extends z.ZodType, Out> {
  readonly input: In
  /** Only a type: never set. */
  readonly output?: Out
}

/** `request(schema).answers<Out>()`: the input is inferred, the answer's type is given. */
export function request<In extends z.ZodType>(input: In) {
  return { answers: <Out>(): RequestSpec<In, Out> => ({ input }) }
}

/** Only its type is used: events go from us to faces. */
export interface EventSpec<Payload> {
  readonly payload?: Payload
}

export const told = <Payload>(): EventSpec<Payload> => ({})
