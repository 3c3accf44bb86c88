import type { ReactNode } from 'react'
import { Choice } from '../../parts/tabs.tsx'
import { TextField } from '../../parts/text-field.tsx'

/** A field or a choice with its name beside it. */
export function Line(props: {
  readonly label: string
  readonly hint?: string | undefined
  readonly children: ReactNode
}): ReactNode {
  return (
    <div className="snapline">
      <span aria-hidden="true">{props.label}</span>
      <div>
        {props.children}
        {props.hint === undefined ? null : <p className="snaphint">{props.hint}</p>}
      </div>
    </div>
  )
}

/** A line with one of a few, all in sight. `wrong`: why the answer will not do. */
export function ChoiceLine<Id extends string>(props: {
  readonly label: string
  readonly hint?: string | undefined
  readonly options: readonly (readonly [id: Id, text: string])[]
  readonly chosen: Id | undefined
  readonly onChoose: (id: Id) => void
  readonly wrong?: string
}): ReactNode {
  const { label, hint, options, chosen, onChoose, wrong } = props
  return (
    <Line label={label} hint={hint}>
      <Choice
        label={label}
        options={options.map(([id, text]) => ({ id, text }))}
        chosen={chosen}
        onChoose={onChoose}
      />
      {wrong === undefined ? null : (
        <p className="wrong" role="alert">
          {wrong}
        </p>
      )}
    </Line>
  )
}

/** A line for a passphrase. */
export function PassphraseLine(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (text: string) => void
  readonly onEnter: () => void
  readonly wrong: string | undefined
}): ReactNode {
  const { wrong, ...field } = props
  return (
    <Line label={props.label}>
      <TextField {...field} secret {...(wrong === undefined ? {} : { wrong })} />
    </Line>
  )
}
