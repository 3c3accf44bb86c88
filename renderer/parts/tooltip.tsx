import type { ReactElement, ReactNode } from 'react'
import { Focusable } from 'react-aria-components/Focusable'
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components/Tooltip'

/** Words over a control while it is hovered or focused. For lists use the element's `title`: it costs nothing. */
export function Tooltip(props: {
  readonly says: string
  readonly children: ReactElement<Record<string, unknown>, string>
}): ReactNode {
  return (
    <TooltipTrigger delay={600}>
      <Focusable>{props.children}</Focusable>
      <AriaTooltip className="tip" offset={6}>
        {props.says}
      </AriaTooltip>
    </TooltipTrigger>
  )
}
