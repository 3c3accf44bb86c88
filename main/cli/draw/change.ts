import { blockText } from '../../model/block.ts'
import type { SetupItem } from '../../model/change.ts'
import type { RootStepResult, RootVerb } from '../../model/change.ts'
import {
  diffLines,
  sayMode,
  sayMore,
  sayPrice,
  sayReload,
  sayStep,
  sayTaking,
  sayTarget,
} from '../../model/say-change.ts'
import type { Cleaner } from '../../model/clean.ts'
import { cut, labelled, wrap } from '../layout.ts'
import { stateSign, type Style } from '../style.ts'
import { sentence } from '../../model/say.ts'

/** What a file holds now; absent when it is not there or not readable. */
export type Present = ReadonlyMap<string, string>

/** Lines of text that is not ours, each for itself inert. */
function inertLines(clean: Cleaner, text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n').map(clean.text)
}

/** A unified diff with its signs in colour. */
export function drawDiff(style: Style, lines: readonly string[], indent: string): readonly string[] {
  const { paint } = style
  return lines.map((line) => {
    const text = cut(style, `${indent}${line}`, style.width)
    if (line.startsWith('+')) return paint.green(text)
    return line.startsWith('-') ? paint.red(text) : paint.dim(text)
  })
}

/** One verb in words, with the exact content that it writes. */
export function drawVerb(style: Style, clean: Cleaner, verb: RootVerb, present: Present): readonly string[] {
  const { paint } = style
  const content = (text: string): readonly string[] =>
    inertLines(clean, text).map((line) =>
      cut(style, `   ${paint.dim(style.signs.quote)} ${line}`, style.width),
    )
  switch (verb.verb) {
    case 'file': {
      const before = present.get(verb.path)
      const path = clean.text(verb.path)
      const mode = `${sayMode(verb.mode)} root`
      if (before === undefined)
        return [`   ${paint.bold(path)}  ${paint.dim(`new file, ${mode}`)}`, ...content(verb.content)]
      if (before === verb.content)
        return [`   ${paint.bold(path)}  ${paint.dim(`${mode}, holds this already`)}`]
      return [
        `   ${paint.bold(path)}  ${paint.dim(`replaces the file that is there, ${mode}; undo puts it back`)}`,
        ...drawDiff(style, diffLines(before, verb.content).map(clean.text), '   '),
      ]
    }
    case 'block':
      return [
        `   ${paint.bold(clean.text(verb.path))}  ${paint.dim('gets this block, its other lines stay')}`,
        ...content(blockText(verb.content)),
      ]
    case 'sysctl':
      return [`   ${paint.bold(`sysctl -w ${clean.text(verb.key)}=${clean.text(verb.value)}`)}`]
    case 'reload':
      return [`   ${paint.bold(clean.text(sayReload(verb.unit)))}`]
    case 'packages':
      return [`   ${paint.bold(`install packages: ${verb.names.map(clean.text).join(' ')}`)}`]
    case 'remove':
    case 'lines':
    case 'unit-off':
    case 'install':
    case 'start':
    case 'enable':
    case 'group':
    case 'stop':
    case 'end': {
      const said = sayTaking(verb, 'path' in verb ? present.get(verb.path) : undefined)
      return [
        `   ${paint.bold(clean.text(said.target))}  ${paint.dim(said.says)}`,
        ...drawDiff(style, said.lines.map(clean.text), '   '),
      ]
    }
  }
}

/** One change: why, what it also means, and exactly what is written. */
export function drawChange(
  style: Style,
  clean: Cleaner,
  item: SetupItem,
  number: number,
  present: Present,
): readonly string[] {
  const { change } = item
  const rows: (readonly [string, string])[] = [['Why', sentence(clean.text(change.reason))]]
  if (change.price !== undefined) rows.push(['Also means', sayPrice(clean.text(change.price))])
  rows.push(['Now', sentence(clean.text(item.says))])
  return [
    `${style.paint.bold(`${number}. ${clean.text(change.title)}`)}  ${style.paint.dim(clean.text(change.id))}`,
    ...labelled(style, rows, '   ', 12),
    ...change.verbs.flatMap((verb) => drawVerb(style, clean, verb, present)),
  ]
}

/** One step as root reported it. `undoing`: it put back what was there before. */
export function drawStep(
  style: Style,
  clean: Cleaner,
  step: RootStepResult,
  undoing: boolean,
): readonly string[] {
  const target = clean.text(sayTarget(step))
  const says = clean.text(step.result === 'failed' ? step.says : sayMore(step))
  if (step.result === 'failed')
    return wrap(`${target}: ${says}`, Math.min(style.width, 110), '  ', `${stateSign(style, 'failed')} `)
  return [
    `${stateSign(style, 'works')} ${sayStep(step, undoing)} ${target}${says === '' ? '' : style.paint.dim(`  ${says}`)}`,
  ]
}
