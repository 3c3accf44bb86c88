/** Versions as tags of images write them: which of a registry's tags are newer than the one in use. Pure. */

interface Version {
  /** What stands before the numbers: "v", "RELEASE.". */
  readonly prefix: string
  readonly numbers: readonly number[]
  /** What stands after them, without its hyphen: "alpine", "pg17"; of systems without their version. */
  readonly variant: string
  /** Named by its day: it has no major version. */
  readonly dated: boolean
}

/** "v1.18.1", "1.30.4-alpine", "17.11"; a single number is a line of versions that moves ("17"), as "latest" is. */
const PLAIN = /^([A-Za-z]*)(\d{1,9}(?:\.\d{1,9}){1,3})(?:-([\w.-]+))?$/
/** MinIO's way, which those have that went on from it: "RELEASE.2026-09-03T13-18-01Z". */
const DATED = /^([A-Za-z]+\.)(\d{4})-(\d\d)-(\d\d)T(\d\d)-(\d\d)-(\d\d)Z(?:-([\w.-]+))?$/
/** A version that is tried before it is released. */
const EARLY =
  /^(?:alpha|beta|rc|pre|preview|dev|nightly|snapshot|canary|next|test|edge|m\d|a\d|b\d)(?![A-Za-z]{2})/i
/** Systems whose own version moves with the image's: it names no other variant. */
const SYSTEM = /\b(alpine|ubuntu|debian|ubi)\d+(?:\.\d+)*/g
/** A first number that is a year, where the others are none, is of another way to count. */
const FIRST_YEAR = 1900

/** A tag as a version; undefined: it tells none ("latest", "17", "main"). */
export function versionOf(tag: string): Version | undefined {
  const dated = DATED.exec(tag)
  if (dated) {
    const [, prefix = '', ...rest] = dated
    return { prefix, numbers: rest.slice(0, 6).map(Number), variant: rest[6] ?? '', dated: true }
  }
  const plain = PLAIN.exec(tag)
  if (!plain) return undefined
  const [, prefix = '', numbers = '', variant = ''] = plain
  const early = EARLY.test(variant)
  return {
    prefix,
    numbers: numbers.split('.').map(Number),
    variant: early ? variant : variant.replaceAll(SYSTEM, '$1'),
    dated: false,
  }
}

/** Below 0: `one` is older. Numbers from the left. */
function compare(one: readonly number[], two: readonly number[]): number {
  for (const [index, number] of one.entries()) {
    const other = two[index] ?? 0
    if (number !== other) return number - other
  }
  return 0
}

const isEarly = ({ variant }: Version): boolean => EARLY.test(variant)

/** Whether two tags count in the same way, so that one of them is newer: "1.30.4-alpine" and "1.31.0", no. */
function isAlike(one: Version, two: Version): boolean {
  return (
    one.prefix === two.prefix &&
    one.dated === two.dated &&
    one.numbers.length === two.numbers.length &&
    // Whoever runs a version that was tried before its release is led to the release.
    (one.variant === two.variant || (isEarly(one) && two.variant === '')) &&
    (one.dated || (one.numbers[0] ?? 0) >= FIRST_YEAR || (two.numbers[0] ?? 0) < FIRST_YEAR)
  )
}

/** Whether two that count alike promise to read each other's data: before 1.0 the second number does what the first does later. */
function isSameLine(one: Version, two: Version): boolean {
  if (one.dated || two.dated) return one.dated === two.dated
  const [first, second] = one.numbers
  return first === two.numbers[0] && (first !== 0 || second === two.numbers[1])
}

/** The newest tags after `tag`: of its own major version, and of a later one; undefined where there is none. */
export interface Newer {
  readonly within: string | undefined
  readonly beyond: string | undefined
}

/** What is newer than `tag` among some tags; undefined: the tag tells no version. What is not released yet is none. */
export function newerThan(tag: string, tags: readonly string[]): Newer | undefined {
  const own = versionOf(tag)
  if (!own) return undefined
  const newer = tags
    .flatMap((one) => {
      const version = versionOf(one)
      if (!version || isEarly(version) || !isAlike(own, version)) return []
      const order = compare(version.numbers, own.numbers)
      return order > 0 || (order === 0 && isEarly(own)) ? [{ tag: one, version }] : []
    })
    .sort((one, two) => compare(two.version.numbers, one.version.numbers))
  return {
    within: newer.find(({ version }) => isSameLine(version, own))?.tag,
    beyond: newer.find(({ version }) => !isSameLine(version, own))?.tag,
  }
}

/** How two tags stand to each other; `unlike`: they do not count in the same way, so nobody can say. */
export function orderOf(one: string, two: string): 'older' | 'same' | 'newer' | 'unlike' {
  const [first, second] = [versionOf(one), versionOf(two)]
  if (one === two) return 'same'
  if (!first || !second) return 'unlike'
  if (!isAlike(first, second) && !isAlike(second, first)) return 'unlike'
  const order = compare(first.numbers, second.numbers)
  if (order !== 0) return order < 0 ? 'older' : 'newer'
  if (isEarly(first) !== isEarly(second)) return isEarly(first) ? 'older' : 'newer'
  return 'same'
}

/** Whether two tags surely are of one line of versions, of which a newer one reads what an older one wrote. What cannot be compared is not. */
export function isOneLine(one: string, two: string): boolean {
  const [first, second] = [versionOf(one), versionOf(two)]
  if (!first || !second || orderOf(one, two) === 'unlike') return false
  return isSameLine(first, second)
}
