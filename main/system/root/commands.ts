import { BLANKS } from '../../model/before/names.ts'
import type { RootVerb } from '../../model/change.ts'
import { BLOCK_CLOSE, BLOCK_OPEN, blockText } from '../../model/block.ts'
import { sayReload } from '../../model/say-change.ts'

export type PackageManager = 'apt-get' | 'dnf' | 'zypper' | 'pacman' | 'apk'

const INSTALL: Readonly<Record<PackageManager, string>> = {
  'apt-get': 'apt-get install --no-install-recommends',
  dnf: 'dnf install',
  zypper: 'zypper install',
  pacman: 'pacman -S --needed',
  apk: 'apk add',
}

/**
 * The verbs as shell commands for people who prefer to type them; one command an item, some of several lines.
 * Nothing is run from here. All words that go in unquoted have passed the same grammars as root's plan.
 */
export function commandsOf(
  verbs: readonly RootVerb[],
  manager: PackageManager = 'apt-get',
): readonly string[] {
  return verbs.flatMap((verb): readonly string[] => {
    switch (verb.verb) {
      case 'file':
        return [
          `sudo mkdir -p ${verb.path.slice(0, verb.path.lastIndexOf('/'))}`,
          here(`sudo tee ${verb.path} >/dev/null`, verb.content),
          `sudo chmod ${verb.mode.toString(8)} ${verb.path}`,
        ]
      case 'block':
        return [
          `sudo sed -i '/^${BLOCK_OPEN}$/,/^${BLOCK_CLOSE}$/d' ${verb.path}`,
          // What is added must not become the end of a last line that has none of its own.
          `[ ! -s ${verb.path} ] || [ "$(tail -c 1 ${verb.path} | wc -l)" -eq 1 ] || echo | sudo tee -a ${verb.path} >/dev/null`,
          here(`sudo tee -a ${verb.path} >/dev/null`, blockText(verb.content)),
        ]
      case 'sysctl':
        return [`sudo sysctl -w ${verb.key}=${verb.value}`]
      case 'reload':
        return [`sudo ${sayReload(verb.unit)}`]
      case 'packages':
        return [`sudo ${INSTALL[manager]} ${verb.names.join(' ')}`]
      case 'remove':
        return [`sudo mv ${verb.path} ${asideOf(verb.path)}`]
      case 'lines':
        return [takeOut(verb)]
      case 'unit-off':
        return [`sudo systemctl disable --now ${verb.unit}`]
      case 'install':
        return [`sudo ${INSTALL[manager]} ${verb.names.join(' ')}`]
      case 'start':
        return [`sudo systemctl start ${verb.unit}`]
      case 'enable':
        return [`sudo systemctl enable --now ${verb.unit}`]
      case 'group':
        return [`sudo usermod -aG ${verb.group} "$USER"`]
      case 'stop':
        return [`sudo systemctl stop ${verb.unit}`]
      case 'end':
        return [`sudo kill ${verb.pid}`]
    }
  })
}

/** Where a person puts a file that root's program would keep: nothing reads it there, and it can be put back. */
const asideOf = (path: string): string => `/root/${path.slice(1).replaceAll('/', '-')}.before-macula`

/**
 * One sed of all lines, so that the numbers stay right; what stays of a line replaces it. Where a terminal would not show that
 * exactly (tabs, CR, letters beyond ASCII), the names are cut out of it instead.
 */
function takeOut({ path, lines }: Extract<RootVerb, { readonly verb: 'lines' }>): string {
  const steps = lines.flatMap(({ line, text, stays }) => {
    if (stays === '') return [`${line}d`]
    if (/^[ -~]*$/.test(stays)) return [`${line}c\\\n${quoted(stays)}`]
    return goneOf(text, stays).map(
      (name) => `${line}s/[[:space:]]\\{1,\\}${name.replaceAll('.', '\\.')}\\([[:space:]]\\|$\\)/\\1/`,
    )
  })
  return `sudo sed -i '${steps.join('\n')}' ${path}`
}

/** The names that a line has and what stays of it has not, in order; root's program lets only such words go (check_lines). */
function goneOf(text: string, stays: string): readonly string[] {
  const wordsOf = (row: string): readonly string[] => (row.split('#')[0] ?? '').split(BLANKS)
  const left = [...wordsOf(stays)]
  return wordsOf(text).filter((word) => {
    if (word === left[0]) {
      left.shift()
      return false
    }
    return /^[\w.-]+$/.test(word)
  })
}

/** A text of one line for sed's c command, within single quotes. */
function quoted(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", `'\\''`)
    .replace(/^(?=\s)/, '\\')
}

/** A here-document whose end marker is quoted (nothing in it is expanded) and is no line of the content. */
function here(command: string, content: string): string {
  const lines = new Set(content.split('\n'))
  let end = 'MACULA'
  while (lines.has(end)) end += '_'
  return `${command} <<'${end}'\n${content}${end}`
}
