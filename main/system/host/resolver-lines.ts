import { inert } from '../../model/atoms.ts'
import type { NameLine } from '../../model/observation.ts'

/** Lines by which the machine's own name services give a name another address than ours. Pure: text in, lines out. */

/** What is asked for, and what the resolver said to it: a line is only blamed for an answer that it gives. */
export interface Question {
  readonly name: string
  readonly address: string
  /** The whole answer of the resolver; empty: no such name. */
  readonly answers: readonly string[]
  /** Where our own name server is. */
  readonly server: { readonly address: string; readonly port: number }
}

/** The change of set-up that takes such a file away, where there is one (system/migration/names.ts). */
const TAKEN_OUT: ReadonlySet<string> = new Set([
  '/etc/dnsmasq.d/macula.conf',
  '/etc/NetworkManager/dnsmasq.d/macula.conf',
])

/** More of a line is not shown. */
const MOST = 160

function told(file: string, index: number, row: string): NameLine {
  const text = inert(row.replaceAll(/\s+/g, ' ').trim()).slice(0, MOST)
  return { file, line: index + 1, text, ...(TAKEN_OUT.has(file) ? { step: 'before-dnsmasq' as const } : {}) }
}

/** Whether a name is `domain` or below it. */
const isIn = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`)

/**
 * Lines of a file of dnsmasq(8) that answer `name` with what the resolver said (address=, host-record=, cname= never), or
 * send it to a server that is not ours (server=, which nothing but its answer proves).
 */
export function dnsmasqLines(file: string, text: string, question: Question): readonly NameLine[] {
  const { name, address, answers, server } = question
  return text.split('\n').flatMap((row, index): readonly NameLine[] => {
    const line = row.replace(/(?:^|\s)#.*$/, '').trim()
    const [, key = '', value = ''] = /^(address|server|local|host-record)\s*=\s*(\S+)$/.exec(line) ?? []
    if (key === '') return []
    if (key === 'host-record') {
      const [first = '', ...rest] = value.split(',')
      const given = rest.filter((one) => answers.includes(one) && one !== address)
      return [first, ...rest].includes(name) && given.length > 0 ? [told(file, index, row)] : []
    }
    const parts = value.split('/')
    const to = parts.at(-1) ?? ''
    if (parts.length < 3 || !parts.slice(1, -1).some((domain) => domain !== '' && isIn(name, domain)))
      return []
    if (key === 'address') {
      const isGiven = to === '' || to === '#' ? answers.length === 0 : answers.includes(to) && to !== address
      return isGiven ? [told(file, index, row)] : []
    }
    return to === `${server.address}#${server.port}` ? [] : [told(file, index, row)]
  })
}

/**
 * Lines of a file of systemd-resolved (resolved.conf(5), systemd.dns-delegate(5)) that route `name` to a server that is not
 * ours: its Domains= has a domain of the name, and its DNS= is another.
 */
export function resolvedLines(file: string, text: string, question: Question): readonly NameLine[] {
  const rows = text.split('\n')
  const valuesOf = (key: string): readonly { readonly index: number; readonly words: readonly string[] }[] =>
    rows.flatMap((row, index) => {
      const value = new RegExp(`^\\s*${key}\\s*=(.*)$`).exec(row)?.[1]
      return value === undefined ? [] : [{ index, words: value.trim().split(/\s+/) }]
    })
  const routes = valuesOf('Domains').filter(({ words }) =>
    words.some((word) => {
      const domain = word.replace(/^~/, '').replace(/\.$/, '')
      return domain !== '' && isIn(question.name, domain)
    }),
  )
  const servers = valuesOf('DNS').flatMap(({ words }) => words)
  const { address, port } = question.server
  const isOurs = servers.length > 0 && servers.every((one) => one.split('#')[0] === `${address}:${port}`)
  return isOurs || servers.length === 0 ? [] : routes.map(({ index }) => told(file, index, rows[index] ?? ''))
}
