import type { ReactNode } from 'react'
import { allSets, sayGone } from '../../../main/model/sets.ts'
import type { SettingsView } from '../../../main/model/service.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { saySets } from '../../words/sets.ts'
import { Row, Section } from './rows.tsx'

/** A person's names for services that are needed together. */
export function SetsSection({ view }: { readonly view: SettingsView }): ReactNode {
  const actions = useActions()
  const services = useShellState((state) => state.snapshot?.services)
  const { sets } = view.settings
  const shown = allSets(sets, services ?? [])
  return (
    <Section title={saySets.section}>
      <p className="why">{saySets.says}</p>
      {shown.length === 0 ? <p className="why t3">{saySets.none}</p> : null}
      {shown.map((set) => {
        const { name } = set
        const gone = services === undefined ? '' : sayGone(set)
        return (
          <Row
            key={name}
            label={name}
            {...(gone === '' ? {} : { below: <p className="hint warn">{gone}</p> })}
          >
            <span className="grow members">{saySets.members(set.services.map(({ title }) => title))}</span>
            <Button small label={saySets.editOne(name)} onPress={() => actions.ask({ kind: 'set', name })}>
              {saySets.editShort}
            </Button>
            <Button
              small
              label={saySets.remove(name)}
              onPress={() => actions.changeSet({ kind: 'remove', name })}
            >
              {saySets.removeShort}
            </Button>
            <Copy text={saySets.command(name)} what={saySets.command(name)} />
          </Row>
        )
      })}
      <div className="flex setsadd">
        <Button small onPress={() => actions.ask({ kind: 'set', name: null })}>
          {saySets.add}
        </Button>
      </div>
    </Section>
  )
}
