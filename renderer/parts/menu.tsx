import type { ReactNode } from 'react'
import { Menu as AriaMenu, MenuItem, MenuTrigger, Separator } from 'react-aria-components/Menu'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Popover } from 'react-aria-components/Popover'
import { Icon, type IconName } from './icon.tsx'

/** A line of a menu; null: a line between groups. */
export type MenuLine = {
  readonly id: string
  readonly text: string
  /** What stands at its end: an address, a key. */
  readonly detail?: string
  readonly icon?: IconName
  readonly disabled?: boolean
  readonly danger?: boolean
  readonly run: () => void
} | null

function MenuLines({
  label,
  lines,
  onClose,
}: {
  readonly label: string
  readonly lines: readonly MenuLine[]
  /** For a menu without a trigger of the library's own, which would focus its first line and close it after a choice. */
  readonly onClose?: () => void
}): ReactNode {
  return (
    <AriaMenu
      className="menu"
      aria-label={label}
      {...(onClose === undefined ? {} : ({ autoFocus: 'first', onClose } as const))}
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
  )
}

/** A menu at a place in the page, open while `anchor` is set. */
export function FloatingMenu(props: {
  readonly label: string
  readonly anchor: HTMLElement | null
  readonly lines: readonly MenuLine[]
  readonly onClose: () => void
}): ReactNode {
  const { anchor } = props
  if (anchor === null) return null
  return (
    <Popover
      className="float"
      aria-label={props.label}
      triggerRef={{ current: anchor }}
      isOpen
      placement="bottom end"
      onOpenChange={(open) => {
        if (!open) props.onClose()
      }}
    >
      <MenuLines label={props.label} lines={props.lines} onClose={props.onClose} />
    </Popover>
  )
}

/** A button that opens a menu under itself. */
export function MenuButton(props: {
  readonly label: string
  readonly icon?: IconName
  /** Shown text; without it the icon stands alone. */
  readonly text?: string
  readonly lines: readonly MenuLine[]
  readonly className?: string
}): ReactNode {
  const look = props.text === undefined ? 'ib' : 'btn sel'
  return (
    <MenuTrigger>
      <AriaButton className={`${look} ${props.className ?? ''}`} aria-label={props.label}>
        {props.text === undefined ? null : <span className="cut">{props.text}</span>}
        <Icon name={props.icon ?? 'down'} small={props.text !== undefined} />
      </AriaButton>
      <Popover className="float" placement="bottom end">
        <MenuLines label={props.label} lines={props.lines} />
      </Popover>
    </MenuTrigger>
  )
}
