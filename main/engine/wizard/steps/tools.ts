import { sayCount, sayList } from '../../../model/say.ts'
import { findings, openItems, undoable, type Step } from '../step.ts'

const HOUR_MS = 3_600_000

export const tools: Step = {
  id: 'tools',
  title: 'Tools',
  skippable: true,
  after: [],
  ahead: () => 'dnsmasq, socat, Compose',
  judge(facts) {
    const all = findings(facts, 'tools')
    const bad = all.filter(({ result }) => result !== 'ok')
    const item = facts.items.find(({ change }) => change.id === 'tools')
    // What only the person's package manager can bring, set-up does not.
    const own = bad.filter(({ fix }) => fix?.action.kind !== 'setup')
    const words = { undo: undoable(facts, (change) => change === 'tools') }
    if (bad.length === 0) {
      const installed = facts.ledger.find(
        ({ change, state, at }) => change === 'tools' && state === 'applied' && facts.now - at < HOUR_MS,
      )
      return {
        ...words,
        state: 'done',
        says: installed ? 'installed just now' : sayList(all.flatMap(({ short }) => short ?? [])),
        what: all.map(({ what }) => what).join(' '),
        why: 'dnsmasq answers the names, socat forwards the ports, Compose creates the containers.',
        todo: '',
        command: 'maculactl doctor',
      }
    }
    const first = own[0] ?? bad[0]
    const open = new Set(openItems(facts).map(({ change }) => change.id))
    const installs = bad.every(
      ({ fix }) => fix?.action.kind === 'setup' && fix.action.changes.every((id) => open.has(id)),
    )
    return {
      ...words,
      state: installs ? 'waiting' : own.some(({ result }) => result === 'failed') ? 'trouble' : 'todo',
      says: installs
        ? `${bad.length} missing, the changes install ${bad.length === 1 ? 'it' : 'them'}`
        : (first?.short ?? sayCount(bad.length, 'finding')),
      what: bad.map(({ what }) => what).join(' '),
      why: [...new Set(bad.map(({ why }) => why))].join(' '),
      todo: [...new Set(bad.map(({ todo }) => todo))].join(' '),
      command: item?.state === 'to do' ? item.change.commands.join(' && ') : 'docker compose version',
      ...(first?.fix === undefined ? {} : { fix: first.fix }),
    }
  },
}
