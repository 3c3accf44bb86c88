import { meant } from '../../../model/may.ts'
import { sayAll, sayList, sayMany, sayPart } from '../../../model/say.ts'
import { isChosen, type Step } from '../step.ts'

/** What a first start takes on an ordinary machine with all images there. */
const USUAL = 'about 20 s'

const answer = ['answers', 'answer'] as const

export const start: Step = {
  id: 'start',
  title: 'First start',
  skippable: true,
  after: ['docker', 'network', 'images'],
  ahead: () => USUAL,
  judge(facts) {
    const { snapshot, idle } = facts
    const mine = snapshot.services.filter(({ id }) => isChosen(facts, id))
    const all = mine.filter(({ state }) => state !== 'not set up')
    const works = all.filter(({ state }) => state === 'works' || state === 'degraded')
    const failed = all.filter(({ state }) => state === 'failed')
    const stopped = all.filter(({ state }) => state === 'stopped')
    const words = {
      why: 'Services start in the order they need each other, each as soon as what it needs answers.',
      command: 'maculactl up',
    }
    const fix = {
      label: 'Start all',
      command: 'maculactl up',
      action: { kind: 'start', services: meant(mine, 'all', 'start') },
    } as const
    if (works.length > 0 && works.length + stopped.length === all.length)
      return {
        ...words,
        state: 'done',
        says: `${works.length} of ${all.length} ${works.length === 1 ? 'answers' : 'answer'}`,
        what:
          stopped.length === 0
            ? `${sayAll(all.length, 'service', answer)}.`
            : `${sayPart(works.length, all.length, 'service', answer)}; ${sayList(stopped.map(({ title }) => title))} ${stopped.length === 1 ? 'is' : 'are'} stopped.`,
        todo: '',
        ...(stopped.length === 0 ? {} : { fix }),
      }
    if (failed.length > 0) {
      const own = failed[0]
      return {
        ...words,
        state: 'trouble',
        says: `${works.length} of ${all.length}, ${failed.length} failed`,
        what: `${sayList(failed.map(({ title }) => title))} failed; the others are not touched by it.`,
        why: own?.headline === undefined ? words.why : `${own.headline.what} ${own.headline.why}`.trim(),
        todo: own?.headline?.todo ?? '',
        fix: own?.headline?.fix ?? fix,
      }
    }
    return {
      ...words,
      state: 'todo',
      says: idle ? USUAL : `${works.length} of ${all.length}`,
      what: idle
        ? `${sayMany(all.length, 'service', ['can', 'can'])} be started.`
        : `${sayPart(works.length, all.length, 'service', answer)} so far.`,
      todo: 'Start all; what fails is named and the others go on.',
      fix,
    }
  },
}
