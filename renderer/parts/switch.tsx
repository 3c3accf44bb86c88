import type { ReactNode } from 'react'
import { Switch as AriaSwitch } from 'react-aria-components/Switch'
import { Icon } from './icon.tsx'

export interface ToggleProps {
  readonly on: boolean
  readonly onChange: (on: boolean) => void
  /** Shown beside it; with `hidden` only a screen reader says it. */
  readonly label: string
  readonly hidden?: boolean
  readonly disabled?: boolean
}

/** On or off, at once. */
export function Switch(props: ToggleProps): ReactNode {
  return (
    <AriaSwitch
      className="toggle"
      isSelected={props.on}
      onChange={props.onChange}
      isDisabled={props.disabled === true}
      {...(props.hidden === true ? { 'aria-label': props.label } : {})}
    >
      <span className="switch" />
      {props.hidden === true ? null : props.label}
    </AriaSwitch>
  )
}

/**
 * Part of a choice that takes effect later. The browser's own box: lists have twenty of them, and the library's cost a quarter of
 * what it takes until a log is drawn.
 */
export function Checkbox(props: ToggleProps): ReactNode {
  const { on, label, hidden, disabled } = props
  return (
    <label className="toggle" data-selected={on || undefined} data-disabled={disabled === true || undefined}>
      <input
        type="checkbox"
        className="vh"
        checked={on}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
        disabled={disabled === true}
        aria-label={hidden === true ? label : undefined}
      />
      <span className="check">
        <Icon name="check" />
      </span>
      {hidden === true ? null : <span dir="auto">{label}</span>}
    </label>
  )
}
