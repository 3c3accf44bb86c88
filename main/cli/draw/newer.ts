import { plainImage, type NewerImage } from '../../model/image-update.ts'
import { sentence } from '../../model/say.ts'
import { pad, widthOf, wrap } from '../layout.ts'
import { stateSign, type Style } from '../style.ts'

const begun = (text: string): string => sentence(text.charAt(0).toUpperCase() + text.slice(1))

/** What is said of one image under its row: what can be done, and why not. */
function under(one: NewerImage): readonly string[] {
  const { service, within, beyond, held, instead, own } = one
  if (own === true) return ['Its image is set in a file of your own; change it there.']
  return [
    ...(within === undefined ? [] : [`maculactl update ${service}`]),
    ...(beyond === undefined
      ? []
      : [held === undefined ? `maculactl update ${service} --to ${beyond}` : begun(held)]),
    ...(instead === undefined
      ? []
      : [`Updated by you from ${plainImage(instead)}. maculactl update ${service} --back goes back.`]),
  ]
}

/** What is newer of an image, in a few words. */
function saysOf({ within, beyond, unknown }: NewerImage): string {
  if (unknown !== undefined) return `not known: ${unknown}`
  if (within === undefined && beyond === undefined) return 'nothing newer'
  if (within === undefined) return `${beyond}, a later major version`
  return beyond === undefined ? within : `${within}; ${beyond} is a later major version`
}

/** Which images have newer versions: those first, then what has none, in catalog order. */
export function drawNewer(style: Style, images: readonly NewerImage[]): readonly string[] {
  const { paint } = style
  const width = Math.min(style.width, 110)
  const isNewer = ({ within, beyond }: NewerImage): boolean => within !== undefined || beyond !== undefined
  const rows = [...images.filter(isNewer), ...images.filter((one) => !isNewer(one))]
  const wide = (of: (one: NewerImage) => string): number =>
    Math.max(0, ...rows.map((one) => widthOf(of(one))))
  const [titles, tags] = [wide(({ title }) => title), wide(({ tag }) => tag)]
  return rows.flatMap((one) => {
    const state = one.unknown !== undefined ? 'unknown' : isNewer(one) ? 'degraded' : 'works'
    const lead = `${pad(one.title, titles)}  ${pad(paint.dim(one.tag), tags)}  `
    return [
      `${stateSign(style, state)} ${lead}${saysOf(one)}`,
      ...under(one).flatMap((line) => wrap(line, width, '    ').map((text) => paint.dim(text))),
    ]
  })
}
