import type { Input, Output, RequestName, Told } from '../../../preload/contract.ts'
import type { Link } from '../../../renderer/link/link.ts'

/** A link whose answers are given by name, typed by the contract; what is not given is refused. */
export type Answers = {
  readonly [Name in RequestName]?: (input: Input<Name>) => Output<Name> | Promise<Output<Name>>
}

export interface FakeLink extends Link {
  /** Every request, in order. */
  readonly asked: { readonly name: RequestName; readonly input: unknown }[]
  /** Tells as the engine would. */
  tell(told: Told): void
}

/** Stands in for the way to the engine; requests and events are those of the contract. */
export function fakeLink(answers: Answers = {}): FakeLink {
  const listeners = new Set<(told: Told) => void>()
  const asked: { readonly name: RequestName; readonly input: unknown }[] = []
  return {
    asked,
    request: async (name, input) => {
      asked.push({ name, input })
      const answer = answers[name]
      if (answer === undefined) throw new Error(`nobody answers ${name}`)
      return await answer(input)
    },
    listen: (tell) => {
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
    tell: (told) => {
      for (const tell of listeners) tell(told)
    },
  }
}
