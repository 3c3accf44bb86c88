import type { MigrationChoice, MigrationView } from '../../model/migration.ts'
import { sayCount, sayList } from '../../model/say.ts'

/** What a take-over does beside its steps, each in a sentence: containers that rest, passwords, the start at the end. */
export function sayRound(view: MigrationView, choice: MigrationChoice, start: boolean): readonly string[] {
  const projects = view.data.flatMap(({ id, project }) => (choice.data.includes(id) ? [project] : []))
  const env = view.found.find(({ envFile }) => envFile !== undefined)?.envFile
  const removed = choice.steps.some(({ part }) => part === 'compose')
  const replaced = view.data.filter(
    ({ id, measured }) => choice.data.includes(id) && measured.kind === 'found' && measured.replaces,
  )
  return [
    ...(projects.length === 0
      ? []
      : [
          `${choice.steps.length === 0 ? 'The' : 'Before step 1 the'} containers of ${sayList([...new Set(projects)])} are stopped while the data of ${sayCount(choice.data.length, 'store')} is copied${removed ? '' : ', then started again'}.`,
          ...(replaced.length === 0
            ? []
            : [
                'Services of Macula whose data is replaced stop meanwhile; those that ran are started again.',
              ]),
        ]),
    ...(env === undefined || !removed
      ? []
      : [
          `The passwords in ${env} become Macula’s only if you ask for it (--import-env, or the question at a terminal); else Macula makes its own. A copy of that file is kept with the Compose files, for --back.`,
        ]),
    ...(start ? ['At the end Macula’s services start (maculactl up); --without start leaves that out.'] : []),
  ]
}

/** The question before anything is done: all that follows a yes. `asks`: their passwords are asked for next. */
export function askTakeOver({ steps, data }: MigrationChoice, start: boolean, asks: boolean): string {
  const stores = data.length === 0 ? [] : [`the data of ${sayCount(data.length, 'store')}`]
  const what = sayList([
    sayCount(steps.length, 'step'),
    ...stores,
    ...(start ? ['the start of Macula’s services'] : []),
  ])
  return `Take this over? ${what}, nothing else.${asks ? ' Their passwords are asked about next.' : ''}`
}
