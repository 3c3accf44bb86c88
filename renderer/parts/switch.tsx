import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox'
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

/** Part of a choice that takes effect later. */
export function Checkbox(props: ToggleProps): ReactNode {
  return (
    <AriaCheckbox
      className="toggle"
      isSelected={props.on}
      onChange={props.onChange}
      isDisabled={props.disabled === true}
      {...(props.hidden === true ? { 'aria-label': props.label } : {})}
    >
      <span className="check">
        <Icon name="check" />
      </span>
      {props.hidden === true ? null : <span dir="auto">{props.label}</span>}
    </AriaCheckbox>
  )
}
