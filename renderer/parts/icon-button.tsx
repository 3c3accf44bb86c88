import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import { ownPress } from './own-press.ts'

/**
 * A button that only shows a drawing; its label is its name and its tooltip. The browser's own button: a list has a
 * hundred of them, which must not cost a hundred components' worth of memory.
 */
export function IconButton(props: {
  readonly icon: IconName
  readonly label: string
  readonly onPress: (anchor: HTMLButtonElement) => void
  readonly disabled?: boolean
  readonly pressed?: boolean
  readonly menu?: boolean
  readonly className?: string
}): ReactNode {
  const { icon, label, disabled, pressed, className } = props
  return (
    <button
      type="button"
      className={`ib${className === undefined ? '' : ` ${className}`}`}
      aria-label={label}
      title={label}
      disabled={disabled === true}
      aria-pressed={pressed}
      aria-haspopup={props.menu === true ? 'menu' : undefined}
      {...ownPress(props.onPress)}
    >
      <Icon name={icon} />
    </button>
  )
}
