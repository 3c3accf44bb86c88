import type { ReactNode } from 'react'
import { stateWords } from '../../main/model/say.ts'
import type { State } from '../../main/model/snapshot.ts'
import { drawings, shapeOf } from '../../main/model/state-shapes.ts'

/** A state as a shape, told apart without colour; `quiet` where the same word stands beside it. */
export function StateShape({ state, quiet }: { readonly state: State; readonly quiet?: boolean }): ReactNode {
  const shape = shapeOf[state]
  const named =
    quiet === true
      ? ({ 'aria-hidden': true } as const)
      : ({ role: 'img', 'aria-label': stateWords[state] } as const)
  return (
    <svg className={`si si-${shape}`} viewBox="0 0 14 14" {...named}>
      {/* Two of a drawing may have one look; with one key for both React would leave the first behind. */}
      {drawings[shape].map(({ element: Element, look, at }, index) => (
        <Element key={index} className={look} {...at} />
      ))}
    </svg>
  )
}
