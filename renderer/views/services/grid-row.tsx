import { memo, useRef, type CSSProperties, type ReactNode } from 'react'
import { useIsMarked, type Mark } from './mark.ts'
import { useNear } from './near.ts'
import { CHUNK, TIER } from './outline.ts'
import { FarRow, ServiceRow, type OpenMenu } from './service-row.tsx'
import { TierRow } from './tier-row.tsx'

/** Which row is selected, and which one Tab leads to. */
export interface Marks {
  readonly selected: Mark
  readonly current: Mark
}

interface RowProps {
  readonly row: string
  readonly className: 'tier' | 'row'
  readonly level: 1 | 2
  /** Its place among those beside it, from 1, and how many these are. */
  readonly at: number
  readonly of: number
  readonly open?: boolean
  readonly marks: Marks
  readonly children: ReactNode
}

/** A row of the tree grid around what it shows, which names it (row-label.ts). */
function Row({ row, className, level, at, of, open, marks, children }: RowProps): ReactNode {
  const selected = useIsMarked(marks.selected, row)
  const current = useIsMarked(marks.current, row)
  return (
    <div
      // No table: its rows are laid out by themselves and stick.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="row"
      className={className}
      data-key={row}
      aria-level={level}
      aria-posinset={at}
      aria-setsize={of}
      aria-expanded={open}
      aria-selected={selected}
      tabIndex={current ? 0 : -1}
    >
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div role="gridcell" aria-colindex={1} className="cells">
        {children}
      </div>
    </div>
  )
}

/** The row of a tier. */
export const TierLine = memo(function TierLine(props: {
  readonly id: string
  readonly open: boolean
  readonly at: number
  readonly of: number
  readonly marks: Marks
  readonly onToggle: (tier: string) => void
}): ReactNode {
  const { id, open, at, of, marks, onToggle } = props
  return (
    <Row row={TIER + id} className="tier" level={1} at={at} of={of} open={open} marks={marks}>
      <TierRow id={id} open={open} onToggle={onToggle} />
    </Row>
  )
})

/**
 * Some rows of services one after the other. React goes through all that stand beside what changes, and Chromium through all that
 * it drew: in groups, and far ones as little more than their names, one change costs the same however many there are.
 */
export const ServiceLines = memo(function ServiceLines(props: {
  readonly ids: readonly string[]
  /** Place of the first among the tier's, from 1. */
  readonly from: number
  readonly of: number
  /** Of a list so long that what is far is not drawn. */
  readonly long: boolean
  readonly marks: Marks
  readonly openMenu: OpenMenu
}): ReactNode {
  const { ids, from, of, long, marks, openMenu } = props
  const box = useRef<HTMLDivElement>(null)
  const near = useNear(box, long, from <= CHUNK * 3)
  return (
    <div ref={box} role="presentation" className="some" style={{ '--rows': ids.length } as CSSProperties}>
      {ids.map((id, index) => (
        <Row key={id} row={id} className="row" level={2} at={from + index} of={of} marks={marks}>
          {near ? <ServiceRow id={id} openMenu={openMenu} /> : <FarRow id={id} />}
        </Row>
      ))}
    </div>
  )
})
