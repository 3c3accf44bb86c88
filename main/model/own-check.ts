/** How our own checks are known in the logs of what they ask. */

/** The user agent of every request that only asks whether a service answers. */
export const CHECK_AGENT = 'macula-desktop-check'
/** The user that PostgreSQL is asked as. It does not exist: being turned away is an answer. */
export const CHECK_USER = 'macula-probe'

/** As a value stands in access logs: nginx' combined format, logfmt, JSON. Never in the middle of a word. */
const agent = new RegExp(`(?:^|["'\\s=(])${CHECK_AGENT}(?:$|["'\\s/),;])`)
const user = new RegExp(`\\buser[ =]"?${CHECK_USER}\\b`)
/** What complains stays, whoever caused it. */
const complains =
  /"?\b(?:level|lvl|severity)"?\s*[=:]\s*"?(?:warn|err|crit|fatal|panic|alert|emerg)|\[(?:error|crit|alert|emerg)\]/i

/** Whether a log line is of a check of ours and says nothing else. */
export function isOwnCheck(text: string): boolean {
  // Most lines have neither; that is known without an expression.
  if (text.includes(CHECK_USER) && user.test(text)) return true
  return text.includes(CHECK_AGENT) && agent.test(text) && !complains.test(text)
}

/** "12 of our own checks hidden", "1 of our own checks hidden" */
export function sayHidden(count: number): string {
  return `${count} of our own checks hidden`
}
