import { useEffect, useRef, type ReactNode } from 'react'
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
  /** It is at it: nothing happens by a press, and the keyboard stays. */
  readonly waits?: boolean
  /** The whole name for a screen reader, where the label is short: "Stop Data". */
  readonly label?: string
  readonly submit?: boolean
  /** Has the focus when it appears. */
  readonly focus?: boolean
  readonly className?: string
}

const kinds = { normal: '', primary: ' btn-p', danger: ' btn-d', quiet: ' btn-q' } as const

/** A button with a text: the browser's own, which every reader knows and which costs a page nothing. */
export function Button(props: ButtonProps): ReactNode {
  const { kind = 'normal', small, icon, disabled, label, submit, focus, className } = props
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (focus === true) button.current?.focus()
  }, [focus])
  return (
    <button
      ref={button}
      className={`btn${kinds[kind]}${small === true ? ' btn-s' : ''}${className === undefined ? '' : ` ${className}`}`}
      // oxlint-disable-next-line react/button-has-type
      type={submit === true ? 'submit' : 'button'}
      disabled={disabled === true}
      aria-disabled={props.waits === true ? true : undefined}
      aria-label={label}
      title={label}
      onClick={props.waits === true ? undefined : props.onPress}
    >
      {icon === undefined ? null : <Icon name={icon} small />}
      {props.children}
    </button>
  )
}
