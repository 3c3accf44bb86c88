import { useState, type ReactNode } from 'react'
import { FloatingMenu } from './floating-menu.tsx'
import { Icon, type IconName } from './icon.tsx'
import type { MenuLine } from './menu-line.ts'

/** A button that opens a menu under itself. */
export function MenuButton(props: {
  readonly label: string
  readonly icon?: IconName
  /** Shown text; without it the icon stands alone. */
  readonly text?: string
  readonly lines: readonly MenuLine[]
  readonly className?: string
}): ReactNode {
  const { label, icon = 'down', text, lines, className } = props
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const look = text === undefined ? 'ib' : 'btn sel'
  return (
    <>
      <button
        type="button"
        className={className === undefined ? look : `${look} ${className}`}
        // The shown text is a part of the name, so that who says it is understood.
        aria-label={text === undefined || text === label ? label : `${label}: ${text}`}
        title={label}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {text === undefined ? null : <span className="cut">{text}</span>}
        <Icon name={icon} small={text !== undefined} />
      </button>
      <FloatingMenu label={label} anchor={anchor} lines={lines} onClose={() => setAnchor(null)} />
    </>
  )
}
