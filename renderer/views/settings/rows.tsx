import type { ReactNode } from 'react'
import { Button } from '../../parts/button.tsx'
import { Switch } from '../../parts/switch.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { saySettings } from '../../words/settings.ts'
import type { Draft } from './save.ts'

/** Settings that belong together. */
export function Section(props: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section>
      <h2>{props.title}</h2>
      <div>{props.children}</div>
    </section>
  )
}

/** One setting: its name, its control, and a few words beside or under it. */
export function Row(props: {
  readonly label: string
  readonly children: ReactNode
  readonly hint?: ReactNode
  readonly below?: ReactNode
  /** Its control says in words what it does, as long as they are: the hint is under them. */
  readonly long?: boolean
}): ReactNode {
  return (
    <div className="set">
      <span className="setname">{props.label}</span>
      <div className={props.long === true ? 'switching' : undefined}>
        {props.children}
        {props.hint === undefined ? null : <span className="hint">{props.hint}</span>}
      </div>
      {props.below === undefined ? null : <div className="below">{props.below}</div>}
    </div>
  )
}

/** A switch that takes effect at once. */
export function SwitchRow(props: {
  readonly label: string
  readonly says: string
  readonly on: boolean
  readonly onChange: (on: boolean) => void
  /** Why it cannot be changed here. */
  readonly why?: string | undefined
  readonly hint?: string
}): ReactNode {
  return (
    <Row long label={props.label} {...(props.hint === undefined ? {} : { hint: props.hint })}>
      <Switch on={props.on} onChange={props.onChange} label={props.says} disabled={props.why !== undefined} />
    </Row>
  )
}

/** Save and Revert of a draft, with what saving means before it is done. */
export function Pending(props: {
  readonly label: string
  readonly draft: Draft
  readonly means: string
}): ReactNode {
  const { draft, label } = props
  if (!draft.dirty) return null
  return (
    <div className="pending" aria-live="polite">
      <p>{props.means}</p>
      <div className="flex">
        <Button
          kind="primary"
          small
          disabled={draft.saving}
          label={saySettings.saveOf(label)}
          onPress={draft.save}
        >
          {saySettings.save}
        </Button>
        <Button small label={saySettings.revertOf(label)} onPress={draft.revert}>
          {saySettings.revert}
        </Button>
      </div>
    </div>
  )
}

/** A text that is saved by its button or Enter; the engine's reason stands under it when it cannot be taken. */
export function TextRow(props: {
  readonly label: string
  readonly draft: Draft
  readonly hint: ReactNode
  readonly means: string
  readonly placeholder?: string
  readonly after?: ReactNode
}): ReactNode {
  const { draft, label, after } = props
  const wrong = draft.trouble && [draft.trouble.what, draft.trouble.why].filter(Boolean).join(' ')
  return (
    <Row
      label={label}
      hint={props.hint}
      below={
        <>
          <Pending label={label} draft={draft} means={props.means} />
          {draft.saved && !draft.dirty ? after : null}
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          draft.save()
        }}
      >
        <TextField
          label={label}
          value={draft.value}
          onChange={draft.change}
          mono
          {...(wrong === undefined ? {} : { wrong })}
          {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
        />
      </form>
    </Row>
  )
}
