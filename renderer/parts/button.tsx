import type { ReactNode, Ref } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Icon, type IconName } from './icon.tsx'

export interface ButtonProps {
  /** A verb on a thing; an ellipsis at its end means that it asks first. */
  readonly children: ReactNode
  readonly onPress?: () => void
  /** primary: one in a view; danger: red text; quiet: blue text without an edge. */
  readonly kind?: 'normal' | 'primary' | 'danger' | 'quiet'
  readonly small?: boolean
  readonly icon?: IconName
  readonly disabled?: boolean
  /** The whole name for a screen reader, where the label is short: "Stop Data". */
  readonly label?: string
  readonly submit?: boolean
  /** Has the focus when it appears. */
  readonly focus?: boolean
  readonly className?: string
  readonly buttonRef?: Ref<HTMLButtonElement>
}

const kinds = { normal: '', primary: ' btn-p', danger: ' btn-d', quiet: ' btn-q' } as const

/** A button with a text. */
export function Button(props: ButtonProps): ReactNode {
  const { kind = 'normal', small, icon, disabled, label, submit, className } = props
  return (
    <AriaButton
      className={`btn${kinds[kind]}${small === true ? ' btn-s' : ''}${className === undefined ? '' : ` ${className}`}`}
      type={submit === true ? 'submit' : 'button'}
      {...(props.onPress ? { onPress: props.onPress } : {})}
      {...(disabled === undefined ? {} : { isDisabled: disabled })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(props.focus === true ? { autoFocus: true } : {})}
      {...(props.buttonRef === undefined ? {} : { ref: props.buttonRef })}
    >
      {icon === undefined ? null : <Icon name={icon} small />}
      {props.children}
    </AriaButton>
  )
}
