import { sayAll, sayCount, sayDuration, sayPart } from '../../../model/say.ts'
import { badFinding, undoable, type Step } from '../step.ts'

export const names: Step = {
  id: 'names',
  title: 'Names',
  skippable: true,
  after: ['password'],
  ahead: ({ names: { total } }) => sayCount(total, 'name'),
  judge(facts) {
    const { total, good, ms } = facts.names
    const routed = facts.items.some(
      ({ change, state }) => change.id.startsWith('route-') && state === 'in place',
    )
    const { suffix } = facts.settings
    const words = {
      why: `Every program on this machine finds services by name, such as http://grafana.${suffix}.`,
      command: `getent hosts grafana.${suffix}`,
      undo: undoable(facts, (change) => change.startsWith('route-')),
    }
    if (total > 0 && good === total)
      return {
        ...words,
        state: 'done',
        says: `${sayCount(total, 'name')}, ${sayDuration(ms)}`,
        what: `${sayAll(total, 'name', ['is', 'are'])} answered by the resolver of this machine${total === 1 ? ',' : ', the slowest'} in ${sayDuration(ms)}.`,
        todo: '',
      }
    const blocked = facts.items.find(({ state }) => state === 'blocked')
    if (!routed && blocked)
      return {
        ...words,
        state: 'trouble',
        says: 'not possible here; services open by address',
        what: `Names under ${suffix} cannot be set up on this machine.`,
        why: blocked.says,
        todo: 'Nothing has to be done: services open at address and port.',
      }
    if (!routed)
      return {
        ...words,
        state: 'skipped',
        says: 'left out; services open by address',
        what: `Names under ${suffix} are not set up on this machine.`,
        todo: 'Make the changes under Review when you want names; services open at address and port until then.',
      }
    if (facts.idle)
      return {
        ...words,
        state: 'done',
        says: `${sayCount(total, 'name')}, while services run`,
        what: 'This machine asks our name server, which runs while services do.',
        todo: '',
      }
    const bad = badFinding(facts, 'names')
    return {
      ...words,
      state: 'trouble',
      says: `${good} of ${total} ${good === 1 ? 'is' : 'are'} answered`,
      what: bad?.what ?? `${sayPart(good, total, 'name', ['is', 'are'])} answered correctly and in time.`,
      why: bad?.why ?? words.why,
      todo: bad?.todo ?? 'Services open at address and port meanwhile.',
      fix: bad?.fix ?? { label: 'Restore names', command: 'maculactl up', action: { kind: 'forward' } },
    }
  },
}
