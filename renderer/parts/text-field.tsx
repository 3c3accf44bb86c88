import type { ReactNode, Ref } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { TextField as AriaTextField } from 'react-aria-components/TextField'

/** A line of text with its name, and what is wrong with it under it. */
export function TextField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onDone?: () => void
  /** Enter was pressed in it. */
  readonly onEnter?: () => void
  /** Why the value cannot be taken. */
  readonly wrong?: string
  readonly placeholder?: string
  readonly mono?: boolean
  /** What is typed is not shown, and a browser offers to keep nothing. */
  readonly secret?: boolean
  /** Has the focus when it appears. */
  readonly focus?: boolean
  readonly disabled?: boolean
  readonly inputRef?: Ref<HTMLInputElement>
}): ReactNode {
  return (
    <AriaTextField
      className="textfield"
      aria-label={props.label}
      value={props.value}
      onChange={props.onChange}
      isInvalid={props.wrong !== undefined}
      isDisabled={props.disabled === true}
      onBlur={() => props.onDone?.()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') {
          props.onDone?.()
          props.onEnter?.()
        } else event.continuePropagation()
      }}
      {...(props.focus === true ? { autoFocus: true } : {})}
    >
      <Input
        className={props.mono === true ? 'field mono' : 'field'}
        spellCheck={false}
        {...(props.secret === true ? { type: 'password', autoComplete: 'new-password' } : {})}
        {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
        {...(props.inputRef === undefined ? {} : { ref: props.inputRef })}
      />
      <FieldError className="wrong">{props.wrong}</FieldError>
    </AriaTextField>
  )
}
