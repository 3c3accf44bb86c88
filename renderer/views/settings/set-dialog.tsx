import { useState, type ReactNode } from 'react'
import { isSetName } from '../../../main/model/sets.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Checkbox } from '../../parts/switch.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { saySets } from '../../words/sets.ts'
import './sets.css'

/** A set's name and services; `name` null: a new one. Nothing is started or stopped by saving it. */
export function SetDialog({ name }: { readonly name: string | null }): ReactNode {
  const actions = useActions()
  const sets = useShellState((state) => state.settings?.settings.sets) ?? {}
  const tiers = useShellState((state) => state.snapshot?.tiers) ?? []
  const services = useShellState((state) => state.snapshot?.services) ?? []
  const [called, setCalled] = useState(name ?? '')
  // As it was when it was opened: another face may change it meanwhile.
  const [seen] = useState<readonly string[]>(() => (name === null ? [] : (sets[name] ?? [])))
  const [ids, setIds] = useState(seen)
  const [tried, setTried] = useState(false)
  const put = (id: string, on: boolean): void => setIds(on ? [...ids, id] : ids.filter((one) => one !== id))
  const wrong = !isSetName(called)
    ? saySets.badName
    : called !== name && Object.hasOwn(sets, called)
      ? saySets.taken(called)
      : undefined
  const save = (): void => {
    setTried(true)
    if (wrong !== undefined || ids.length === 0) return
    actions.changeSet({ kind: 'put', name: called, services: ids, was: name, seen })
    actions.ask(null)
  }
  const groups = [
    ...tiers.map((tier) => ({
      title: tier.title,
      members: services
        .filter((view) => view.tier === tier.id)
        .map((view) => ({ id: view.id, label: view.title })),
    })),
    {
      title: saySets.goneTitle,
      members: seen
        .filter((id) => services.every((view) => view.id !== id))
        .map((id) => ({ id, label: saySets.goneMember(id) })),
    },
  ].filter(({ members }) => members.length > 0)
  return (
    <Dialog
      wide
      title={name === null ? saySets.newTitle : saySets.title(name)}
      onClose={() => actions.ask(null)}
      buttons={
        <>
          <Button onPress={() => actions.ask(null)}>{sayCommon.cancel}</Button>
          <Button kind="primary" onPress={save}>
            {saySets.save}
          </Button>
        </>
      }
    >
      <form
        className="setform"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <span className="setname">{saySets.name}</span>
        <TextField
          label={saySets.name}
          value={called}
          onChange={setCalled}
          mono
          focus
          placeholder="frontend"
          {...(tried && wrong !== undefined ? { wrong } : {})}
        />
        <span className="hint">{saySets.nameHint}</span>
      </form>
      <p>{saySets.needs}</p>
      <div className="setgroups">
        {groups.map((group) => (
          <fieldset key={group.title}>
            <legend>{group.title}</legend>
            {group.members.map(({ id, label }) => (
              <Checkbox key={id} label={label} on={ids.includes(id)} onChange={(on) => put(id, on)} />
            ))}
          </fieldset>
        ))}
      </div>
      <p className="wrong" role="alert">
        {tried && ids.length === 0 ? saySets.noMember : ''}
      </p>
    </Dialog>
  )
}
