import type { ReactNode } from 'react'
import { inert } from '../../main/model/atoms.ts'
import { readDiff } from './diff-lines.ts'
import { ScrollBox } from './scroll-box.tsx'

const looks = { ' ': undefined, '-': 'r', '+': 'a', '@': 'gap' } as const
/** A minus as wide as the plus. */
const signs = { ' ': ' ', '-': '−', '+': '+', '@': ' ' } as const

/** Lines of a unified diff with their numbers; told apart by sign and colour. */
export function Diff(props: { readonly label: string; readonly lines: readonly string[] }): ReactNode {
  return (
    <ScrollBox className="diff" label={props.label}>
      {readDiff(props.lines).map((line, index) => (
        // Lines have no name but their place; the whole is drawn anew when it changes.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className={looks[line.sign]}>
          <i>{line.number}</i>
          <span>{signs[line.sign]}</span>
          <span>{inert(line.text)}</span>
        </div>
      ))}
    </ScrollBox>
  )
}
