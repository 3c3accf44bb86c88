/** How bad a line of a log is, as far as the line itself says. */

/** The order matters: a filter shows what is at or above a level. 0: the line does not say. */
export const levels = { unknown: 0, debug: 1, info: 2, warning: 3, error: 4 } as const
export type Level = (typeof levels)[keyof typeof levels]

/** Level words of all the formats, in small letters. */
const words: Readonly<Record<string, Level>> = {
  trace: levels.debug,
  debug: levels.debug,
  dbug: levels.debug,
  debug1: levels.debug,
  debug2: levels.debug,
  debug3: levels.debug,
  debug4: levels.debug,
  debug5: levels.debug,
  info: levels.info,
  information: levels.info,
  informational: levels.info,
  notice: levels.info,
  log: levels.info,
  warn: levels.warning,
  warning: levels.warning,
  err: levels.error,
  eror: levels.error,
  error: levels.error,
  crit: levels.error,
  critical: levels.error,
  alert: levels.error,
  emerg: levels.error,
  emergency: levels.error,
  fatal: levels.error,
  panic: levels.error,
  dpanic: levels.error,
}

/** What is looked at: levels stand at the beginning of a line, and lines may be very long. */
const HEAD = 600

const logfmt = /(?:^|[\s{[(,])(?:level|lvl|severity)=["']?([A-Za-z0-9]+)/g
const json = /"(?:level|lvl|severity|levelname|log\.level)"\s*:\s*"?([A-Za-z]+|\d{2})\b/
const klog = /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}/
/** "[error]", "<warn>", and in front of a colon: "ERROR:  relation …", "warning: …". */
const bracketed = /(?:^|\s)[[<(]\s?([A-Za-z]{3,11})\s?[\])>]/
const colon =
  /^(?:.{0,60}?\s)?([A-Z][A-Z0-9]{2,10}|[Ee]rror|[Ww]arning|[Ww]arn|[Ff]atal|panic|debug|[Ii]nfo):(?:\s|$)/
/** A word in capitals that stands alone near the beginning, as most plain formats have it. */
const capitals =
  /(?:^|[\s|[\]-])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|CRITICAL|CRIT|FATAL|PANIC|EMERG)(?=[\s|\]:-]|$)/
const CAPITALS_WITHIN = 120

const klogLevels: Readonly<Record<string, Level>> = {
  I: levels.info,
  W: levels.warning,
  E: levels.error,
  F: levels.error,
}

/** Numbers as pino and bunyan write them: 10 trace … 60 fatal. */
function ofNumber(number: number): Level {
  if (number >= 50) return levels.error
  if (number >= 40) return levels.warning
  return number >= 30 ? levels.info : levels.debug
}

function ofWord(word: string): Level {
  if (/^\d+$/.test(word)) return ofNumber(Number(word))
  const small = word.toLowerCase()
  return Object.hasOwn(words, small) ? (words[small] ?? levels.unknown) : levels.unknown
}

/** Whether a place in a text is inside double quotes: `msg="level=error was seen"` says nothing of the line. */
function isQuoted(text: string, end: number): boolean {
  let quoted = false
  for (let place = text.indexOf('"'); place >= 0 && place < end; place = text.indexOf('"', place + 1))
    if (text[place - 1] !== '\\') quoted = !quoted
  return quoted
}

function ofLogfmt(head: string): Level {
  logfmt.lastIndex = 0
  for (let found = logfmt.exec(head); found; found = logfmt.exec(head)) {
    const level = ofWord(found[1] ?? '')
    if (level !== levels.unknown && !isQuoted(head, found.index + 1)) return level
  }
  return levels.unknown
}

/** The level a line says it has: logfmt, JSON, klog, or plain text with a level word near its beginning. */
export function levelOf(text: string): Level {
  const head = text.length > HEAD ? text.slice(0, HEAD) : text
  if (head.startsWith('{')) {
    const found = json.exec(head)
    if (found) return ofWord(found[1] ?? '')
  }
  const told = ofLogfmt(head)
  if (told !== levels.unknown) return told
  const k = klog.exec(head)
  if (k) return klogLevels[k[1] ?? ''] ?? levels.unknown
  for (const pattern of [bracketed, colon]) {
    const level = ofWord(pattern.exec(head)?.[1] ?? '')
    if (level !== levels.unknown) return level
  }
  return ofWord(capitals.exec(head.slice(0, CAPITALS_WITHIN))?.[1] ?? '')
}
