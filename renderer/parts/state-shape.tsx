import type { ReactNode } from 'react'
import { stateWords } from '../../main/model/say.ts'
import type { State } from '../../main/model/snapshot.ts'

type Shape = 'ok' | 'busy' | 'warn' | 'fail' | 'off' | 'unset' | 'unknown'

const shapeOf: Readonly<Record<State, Shape>> = {
  works: 'ok',
  degraded: 'warn',
  starting: 'busy',
  stopping: 'busy',
  failed: 'fail',
  stopped: 'off',
  'not set up': 'unset',
  unknown: 'unknown',
}

function drawing(shape: Shape): ReactNode {
  switch (shape) {
    case 'ok':
      return (
        <>
          <circle className="solid" cx="7" cy="7" r="6" />
          <path className="cutout" d="M4.2 7.3l2 2 3.7-4.3" />
        </>
      )
    case 'busy':
      return (
        <>
          <circle className="ring open" cx="7" cy="7" r="5.25" />
          <circle className="solid" cx="7" cy="7" r="1.9" />
        </>
      )
    case 'warn':
      return (
        <>
          <path className="solid edge" d="M7 1.8 12.8 12H1.2z" />
          <path className="cutout" d="M7 5.4v3.2M7 10.6v.01" />
        </>
      )
    case 'fail':
      return (
        <>
          <rect className="solid" x="1" y="1" width="12" height="12" rx="2" />
          <path className="cutout" d="M4.5 4.5l5 5M9.5 4.5l-5 5" />
        </>
      )
    case 'off':
      return <circle className="ring" cx="7" cy="7" r="5.25" />
    case 'unset':
      return <circle className="ring dashed" cx="7" cy="7" r="5.25" />
    case 'unknown':
      return (
        <>
          <circle className="ring" cx="7" cy="7" r="5.25" />
          <path className="ring" d="M4.8 7h4.4" />
        </>
      )
  }
}

/** A state as a shape, told apart without colour; `quiet` where the same word stands beside it. */
export function StateShape({ state, quiet }: { readonly state: State; readonly quiet?: boolean }): ReactNode {
  const shape = shapeOf[state]
  const named =
    quiet === true
      ? ({ 'aria-hidden': true } as const)
      : ({ role: 'img', 'aria-label': stateWords[state] } as const)
  return (
    <svg className={`si si-${shape}`} viewBox="0 0 14 14" {...named}>
      {drawing(shape)}
    </svg>
  )
}
