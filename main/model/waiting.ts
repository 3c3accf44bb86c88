import { sayList } from './say.ts'

/** Names that what set-up wrote leads to other addresses than they have, where it lists names one by one. */
export interface NamesElsewhere {
  readonly names: readonly string[]
  /** The first of them: where it is led, and its own address. */
  readonly first: { readonly name: string; readonly there: string; readonly own: string }
  /** The other project of the same person that it was written for, where root's record tells. */
  readonly project?: string
}

/**
 * What is said of names that a route which lists them one by one lacks or leads elsewhere: set-up does all in one step.
 * `title`: the route's; `names`: those that are not as they should be, with those `elsewhere`.
 */
export function sayWaiting(
  title: string,
  names: readonly string[],
  elsewhere: NamesElsewhere | undefined,
): { readonly what: string; readonly why: string; readonly todo: string } {
  const isOne = names.length === 1
  const todo = `maculactl setup writes ${isOne ? 'it' : 'them all in one step'}`
  if (!elsewhere)
    return {
      what: `${isOne ? 'A name waits' : `${names.length} names wait`} for set-up: ${sayList(names, 5)}.`,
      why: `The ${title} lists each name, and only root can add one.`,
      todo,
    }
  const { first, project } = elsewhere
  const led = elsewhere.names
  const rest = names.filter((name) => !led.includes(name))
  const leads = `${led.length === 1 ? 'A name leads' : `${led.length} names lead`} elsewhere: ${sayList(led, 5)}.`
  return {
    what:
      rest.length === 0
        ? leads
        : `${leads} ${rest.length === 1 ? 'Another one waits' : `${rest.length} more wait`} for set-up.`,
    why: `The ${title} has ${first.name} at ${first.there}, not ${first.own}: ${project === undefined ? 'it was written for other addresses, or by another Macula' : `it was written for your project ${project}`}.`,
    todo: project === undefined ? todo : `${todo}; names of the project ${project} lead here from then on`,
  }
}
