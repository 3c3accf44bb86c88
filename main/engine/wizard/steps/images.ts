import { sayDownload } from '../../../model/download.ts'
import { sayAll, sayCount, sayList, sayPart } from '../../../model/say.ts'
import { isChosen, type Step } from '../step.ts'

export const images: Step = {
  id: 'images',
  title: 'Images',
  skippable: true,
  after: ['docker'],
  ahead: () => 'one for each service',
  judge(facts) {
    const all = facts.images.filter(({ service }) => isChosen(facts, service))
    const missing = all.filter(({ present }) => !present)
    const here = all.length - missing.length
    const words = {
      why: 'An image holds the program of a service. It is pulled once; starting needs no network afterwards.',
      command: 'maculactl pull',
    }
    if (all.length > 0 && missing.length === 0)
      return {
        ...words,
        state: 'done',
        says: sayCount(all.length, 'image'),
        what: `${sayAll(all.length, 'image', ['is', 'are'])} here.`,
        todo: '',
      }
    const sizes = sayDownload(all)
    return {
      ...words,
      state: 'todo',
      says: here === 0 ? sayCount(all.length, 'image') : `${here} of ${all.length}`,
      what: `${sayPart(missing.length, all.length, 'image', ['is', 'are'])} missing: ${sayList(missing.map(({ title }) => title))}.${sizes === '' ? '' : ` ${sizes}`}`,
      todo: 'Download them now, or leave it to the first start.',
    }
  },
}
