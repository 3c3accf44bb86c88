import type { ReactNode } from 'react'
import { Menu as AriaMenu, MenuItem, Separator } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Icon } from './icon.tsx'
import type { MenuLine } from './menu-line.ts'
import { useWhileSeen } from './menu-seen.ts'

const firstLine = { autoFocus: 'first' } as const

/** An open menu; parts/floating-menu.tsx loads it. */
export function Menu(props: {
  readonly label: string
  readonly anchor: HTMLElement
  readonly lines: readonly MenuLine[]
  readonly onClose: () => void
}): ReactNode {
  const { label, anchor, lines, onClose } = props
  useWhileSeen(anchor, onClose)
  return (
    <Popover
      className="float"
      aria-label={label}
      triggerRef={{ current: anchor }}
      isOpen
      placement="bottom end"
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <AriaMenu
        className="menu"
        aria-label={label}
        {...firstLine}
        onClose={onClose}
        disabledKeys={lines.flatMap((line) => (line?.disabled === true ? [line.id] : []))}
      >
        {lines.map((line, index) =>
          line === null ? (
            // A separator has no name of its own; its place between two others is what it is.
            // oxlint-disable-next-line react/no-array-index-key
            <Separator key={`line-${index}`} className="sep" />
          ) : (
            <MenuItem
              key={line.id}
              id={line.id}
              textValue={line.text}
              className={line.danger === true ? 'item danger' : 'item'}
              onAction={line.run}
            >
              {line.icon === undefined ? <span className="noicon" /> : <Icon name={line.icon} />}
              <span className="cut">{line.text}</span>
              {line.detail === undefined ? null : <span className="detail cut">{line.detail}</span>}
            </MenuItem>
          ),
        )}
      </AriaMenu>
    </Popover>
  )
}
