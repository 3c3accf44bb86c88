import type { ReactNode } from 'react'
import { inert } from '../../../main/model/atoms.ts'
import { blockText } from '../../../main/model/block.ts'
import type { RootVerb, SetupItem } from '../../../main/model/change.ts'
import { diffLines, sayMode, sayPrice, sayReload, sayTaking } from '../../../main/model/say-change.ts'
import { sayCount, sayList, sentence } from '../../../main/model/say.ts'
import type { SetupPlan } from '../../../preload/contract.ts'
import { Diff } from '../../parts/diff.tsx'
import { ScrollBox } from '../../parts/scroll-box.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { Checkbox } from '../../parts/switch.tsx'
import { sayReview } from '../../words/wizard-changes.ts'

type Present = SetupPlan['present']

/** Text that is not ours, each line for itself inert; comments are quieter. */
function Lines({ text }: { readonly text: string }): ReactNode {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, index) => (
      // oxlint-disable-next-line react/no-array-index-key -- lines have no name but their place
      <span key={index} className={/^\s*[#;]/.test(line) ? 'c line' : 'line'}>
        {inert(line)}
        {'\n'}
      </span>
    ))
}

/** One thing that root does, with the exact content that it writes. */
function Verb(props: {
  readonly verb: RootVerb
  readonly commands: readonly string[]
  readonly present: Present
}): ReactNode {
  const { verb, present } = props
  switch (verb.verb) {
    case 'file': {
      const before = present[verb.path]
      const mode = sayMode(verb.mode)
      const says =
        before === undefined
          ? sayReview.newFile(mode)
          : before === verb.content
            ? sayReview.holdsThis
            : sayReview.replaces(mode)
      return (
        <>
          <p className="target">
            <b className="mono">{verb.path}</b> <span className="t2 sm">{says}</span>
          </p>
          {before !== undefined && before !== verb.content ? (
            <Diff label={sayReview.difference(verb.path)} lines={diffLines(before, verb.content)} />
          ) : (
            <pre>
              <Lines text={verb.content} />
            </pre>
          )}
        </>
      )
    }
    case 'block':
      return (
        <>
          <p className="target">
            <b className="mono">{verb.path}</b> <span className="t2 sm">{sayReview.block}</span>
          </p>
          <pre>
            <Lines text={blockText(verb.content)} />
          </pre>
        </>
      )
    case 'sysctl':
      return (
        <pre>
          <Lines text={`${sayReview.after}\nsysctl -w ${verb.key}=${verb.value}`} />
        </pre>
      )
    case 'reload':
      return (
        <pre>
          <Lines text={`${sayReview.after}\n${sayReload(verb.unit)}`} />
        </pre>
      )
    case 'remove':
    case 'lines':
    case 'unit-off':
    case 'install':
    case 'start':
    case 'enable':
    case 'group':
    case 'stop':
    case 'end': {
      const said = sayTaking(verb, 'path' in verb ? present[verb.path] : undefined)
      return (
        <>
          <p className="target">
            <b className="mono">{said.target}</b> <span className="t2 sm">{said.says}</span>
          </p>
          {said.lines.length > 0 ? (
            <Diff label={sayReview.difference(said.target)} lines={said.lines} />
          ) : null}
        </>
      )
    }
    case 'packages':
      return (
        <pre>
          <Lines text={props.commands.join('\n')} />
        </pre>
      )
  }
}

/** A change does nothing twice to the same. */
function keyOf(verb: RootVerb): string {
  if ('path' in verb) return `${verb.verb} ${verb.path}`
  if ('unit' in verb) return `${verb.verb} ${verb.unit}`
  return `${verb.verb} ${'key' in verb ? verb.key : ''}${'pid' in verb ? verb.pid : ''}`
}

/** What a change is made of, in a few words. */
function sayParts(verbs: readonly RootVerb[], present: Present): string {
  const packages = verbs.flatMap((verb) =>
    verb.verb === 'packages' || verb.verb === 'install' ? verb.names : [],
  )
  const others = verbs.flatMap(({ verb }) =>
    verb === 'enable' ? sayReview.aService : verb === 'group' ? sayReview.aGroup : [],
  )
  const parts = [...(packages.length > 0 ? [sayCount(packages.length, 'package')] : []), ...others]
  if (parts.length > 0) return sayList(parts)
  const file = verbs.find((verb) => verb.verb === 'file')
  if (file) return (file.path in present ? sayReview.replaces : sayReview.newFile)(sayMode(file.mode))
  if (verbs.some((verb) => verb.verb === 'block')) return sayReview.block
  return verbs.some((verb) => verb.verb === 'remove' || verb.verb === 'lines') ? sayReview.taken : ''
}

/** One change: whether it is made, why, what it also means, and exactly what is written. */
export function ChangeCard(props: {
  readonly item: SetupItem
  readonly present: Present
  readonly on: boolean
  readonly onChange: (on: boolean) => void
}): ReactNode {
  const { item, present, on } = props
  const { change } = item
  const stays = change.verbs.some((verb) => verb.verb === 'packages')
  return (
    <article className={on ? 'change' : 'change left'}>
      <header>
        <Checkbox on={on} onChange={props.onChange} label={sayReview.include(change.title)} hidden />
        <b className="cut" title={change.title}>
          {change.title}
        </b>
        <span className="grow" />
        <span className="sm t2 cut">{sayParts(change.verbs, present)}</span>
      </header>
      <div className="body">
        <div className="why">
          <b>{sayReview.why}</b>
          <p>{sentence(change.reason)}</p>
          {change.price === undefined ? null : (
            <p>
              <span className="strong">{sayReview.alsoMeans}</span> {sayPrice(change.price)}
            </p>
          )}
          <p>
            <span className="strong">{sayReview.now}</span> {sentence(item.says)}
          </p>
          <p>{stays ? sayReview.undoPackages : sayReview.undoFile}</p>
        </div>
        <ScrollBox className="code" label={sayReview.content(change.title)}>
          {change.verbs.map((verb) => (
            <Verb key={keyOf(verb)} verb={verb} commands={change.commands} present={present} />
          ))}
        </ScrollBox>
      </div>
    </article>
  )
}

/** A change that the machine has already. */
export function PlaceCard({ item }: { readonly item: SetupItem }): ReactNode {
  return (
    <article className="change place">
      <header>
        <StateShape state="works" quiet />
        <b className="cut">{item.change.title}</b>
        <span className="grow" />
        <span className="sm t2 cut">
          {sayReview.inPlace}: {item.says}
        </span>
      </header>
    </article>
  )
}
