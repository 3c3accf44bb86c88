import { sayDownload } from '../../../model/download.ts'
import { sayCount } from '../../../model/say.ts'
import { isChosen, type Step } from '../step.ts'

/** What runs, what it costs, and the choice of it: before anything is asked or changed. */
export const welcome: Step = {
  id: 'welcome',
  title: 'Welcome',
  skippable: false,
  after: [],
  ahead: () => 'what runs, and what it costs',
  judge(facts) {
    const { memory, idle, snapshot } = facts
    // Whoever has been further is not welcomed. What root's record tells is no sign: it is the machine's, and another project's too.
    const isKnown =
      memory.welcomed === true ||
      memory.ended ||
      !idle ||
      memory.refused !== undefined ||
      memory.skipped.length > 0
    const all = snapshot.services.filter(({ cluster }) => cluster === undefined)
    const mine = all.filter(({ id }) => isChosen(facts, id))
    const sizes = sayDownload(facts.images.filter(({ service }) => isChosen(facts, service)))
    return {
      state: isKnown ? 'done' : 'todo',
      says: mine.length === all.length ? sayCount(all.length, 'service') : `${mine.length} of ${all.length}`,
      what: `${sayCount(all.length, 'service')} of the platform run in containers on this machine, each at a name and an address of its own.${sizes === '' ? '' : ` ${sizes}`}`,
      why: 'Nothing is changed or downloaded before you say so; your password is asked for once at most.',
      todo: 'Choose what to run.',
      command: 'maculactl setup',
    }
  },
}
