/** How our bundles for Node differ from what is written: only in what it costs to begin. */
import { builtinModules } from 'node:module'
import type { Plugin } from 'vite'

/**
 * What dockerode loads and we never use: BuildKit over gRPC (only image builds), and Docker over ssh
 * (main/system/docker/endpoint.ts refuses such addresses). Left out, the file is half as large, which every
 * command's start feels.
 */
export const leftOut: Plugin = {
  name: 'left-out',
  apply: 'build',
  enforce: 'pre',
  resolveId: (id) =>
    id.startsWith('@grpc/') || id === 'protobufjs' || id === 'ssh2' ? '\0left-out' : undefined,
  load: (id) => (id === '\0left-out' ? 'export {}' : undefined),
}

/**
 * docker-modem formats every request with util.inspect for a debug line that is off: some milliseconds each, a third
 * of a second for a start of the whole stack (measured by a CPU profile). The line is left out.
 */
export const quietModem: Plugin = {
  name: 'quiet-modem',
  apply: 'build',
  transform(code, id) {
    if (!id.includes('/docker-modem/lib/modem.js')) return undefined
    const quiet = code.replace(/debug\('Sending: %s', util\.inspect\(options, \{[^}]*\}\)\);/, '')
    if (quiet === code) this.error('docker-modem has changed: look whether it still formats every request')
    return { code: quiet, map: null }
  },
}

/**
 * string-width makes its pattern of all emoji when it is loaded, and asks it for every sign that is not ASCII: 25 ms of each
 * command (measured by a CPU profile). Made when a text is measured that may be one: each emoji has a character that is shown as
 * such by itself, a variation selector or a joiner (UTS #51, ED-27).
 */
export function withLateEmoji(code: string): string {
  return code.replace(
    /^const (\w+) = (\/\^.*\\p\{RGI_Emoji\}.*\/v);$/m,
    [
      'const mayBeEmoji = /[\\p{Emoji_Presentation}\\u{FE0F}\\u{200D}]/u;',
      'let ofEmoji;',
      'const $1 = {',
      '  test: text => mayBeEmoji.test(text) && (ofEmoji ??= $2).test(text),',
      '  exec: text => mayBeEmoji.test(text) ? (ofEmoji ??= $2).exec(text) : null,',
      '};',
    ].join('\n'),
  )
}

/** Signs that the command line draws with, each one column wide by itself and beside the others. */
const NARROW =
  '\\u{B7}\\u{2013}\\u{2014}\\u{2018}\\u{2019}\\u{201C}\\u{201D}\\u{2022}\\u{2026}\\u{2039}\\u{203A}\\u{2500}-\\u{257F}\\u{25B2}\\u{25CB}\\u{25CC}\\u{25CF}\\u{2714}\\u{2716}'

/**
 * A text of ASCII and of our own signs is as wide as it is long, and nothing is made to measure it: the first Intl.Segmenter of a
 * process reads its tables, some ten milliseconds.
 */
export function withNarrowSigns(code: string): string {
  return code.replace(
    /^const (\w+) = \/\[\^\\u\{20\}-\\u\{7E\}\]\/v;$/m,
    `const $1 = /[^\\u{20}-\\u{7E}${NARROW}]/v;`,
  )
}

/** A segmenter that is made when it first cuts a text. */
export function withLateSegmenter(code: string): string {
  return code.replace(
    /^const (\w+) = (new Intl\.Segmenter\(.*\));$/m,
    'let madeSegmenter;\nconst $1 = { segment: text => (madeSegmenter ??= $2).segment(text) };',
  )
}

export const lateTables: Plugin = {
  name: 'late-tables',
  apply: 'build',
  transform(code, id) {
    const [, name = ''] = /\/node_modules\/(string-width|wrap-ansi|slice-ansi)\/[\w-]+\.js$/.exec(id) ?? []
    if (name === '') return undefined
    const late = withLateSegmenter(code)
    if (name !== 'string-width') return late === code ? undefined : { code: late, map: null }
    const whole = withNarrowSigns(withLateEmoji(late))
    if (late === code || !whole.includes('ofEmoji') || !whole.includes(NARROW))
      this.error('string-width has changed: look what it makes when it is loaded')
    return { code: whole, map: null }
  },
}

const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]))

/** Names with what they are called here: "a, b as c" of an import as the inside of an object pattern. */
const asPattern = (names: string): string => names.replaceAll(/ as /g, ': ')

/**
 * `import … from 'node:http'` makes a module of all exports, and reads each: some of them load the whole of fetch or WebCrypto,
 * a fifth of a short command (measured by a CPU profile of Node 24). Asked of the process, only what is used is loaded.
 */
export function withoutFacades(code: string): string {
  return code.replaceAll(/^import (.+) from "([\w:/]+)";$/gm, (line, names: string, from: string) => {
    if (!builtins.has(from)) return line
    // A chunk may have a name `process` of its own.
    const module = `globalThis.process.getBuiltinModule(${JSON.stringify(from)})`
    const [, star] = /^\* as ([\w$]+)$/.exec(names) ?? []
    if (star !== undefined) return `const ${star} = ${module};`
    const [, whole, braces] = /^([\w$]+)?(?:, )?(?:\{ (.+) \})?$/.exec(names) ?? []
    if (whole === undefined && braces === undefined) return line
    return [
      whole === undefined ? '' : `const ${whole} = ${module};`,
      braces === undefined ? '' : `const { ${asPattern(braces)} } = ${module};`,
    ].join(' ')
  })
}

export const fewFacades: Plugin = {
  name: 'few-facades',
  apply: 'build',
  renderChunk: (code) => ({ code: withoutFacades(code), map: null }),
}

/** Where the name stands that a chain of calls begins with: `z` of `z.string().min(1)`. */
function beginOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'CallExpression') return node.callee && beginOf(node.callee)
  return node.type === 'MemberExpression' ? node.object && beginOf(node.object) : undefined
}

/** As much of a syntax tree (ESTree) as is looked at. */
interface Node {
  readonly type: string
  readonly name?: string
  readonly callee?: Node
  readonly object?: Node
  readonly start: number
  readonly end: number
  readonly kind?: string
  readonly declaration?: Node | null
  readonly declarations?: readonly { readonly init?: Node | null }[]
}

/** Makes a schema when it is first looked at, and is it: whoever has it cannot tell. */
export function lateSchema<T extends object>(make: () => T): T {
  let made: T | undefined
  const whole = (): T => (made ??= make())
  return new Proxy({} as T, {
    get(_, name) {
      const value: unknown = Reflect.get(whole(), name)
      return typeof value === 'function' ? (value.bind(whole()) as unknown) : value
    },
    has: (_, name) => name in whole(),
    getPrototypeOf: () => Reflect.getPrototypeOf(whole()),
  })
}

/**
 * A module's `const … = z.…` made when it is first looked at: of a hundred schemas a command needs a few, and making all took as
 * long as half of the questions that a look asks. `body`: the module's statements.
 */
export function withLateSchemas(code: string, body: readonly object[]): string {
  const all = (body as readonly Node[]).flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declared?.type !== 'VariableDeclaration' || declared.kind !== 'const') return []
    return (declared.declarations ?? []).flatMap(({ init }) =>
      init?.type === 'CallExpression' && beginOf(init) === 'z' ? [init] : [],
    )
  })
  if (all.length === 0) return code
  let late = code
  for (const { start, end } of [...all].sort((one, two) => two.start - one.start))
    late = `${late.slice(0, start)}/* @__PURE__ */ lateSchema(() => ${late.slice(start, end)})${late.slice(end)}`
  return `import { lateSchema } from 'virtual:late-schema';\n${late}`
}

export const lateSchemas: Plugin = {
  name: 'late-schemas',
  apply: 'build',
  resolveId: (id) => (id === 'virtual:late-schema' ? '\0late-schema' : undefined),
  load: (id) => (id === '\0late-schema' ? `export ${lateSchema.toString()}` : undefined),
  transform(code, id) {
    if (!/\/main\/(?:engine|system)\/[^?]*\.ts$/.test(id)) return undefined
    const late = withLateSchemas(code, this.parse(code).body)
    return late === code ? undefined : { code: late, map: null }
  },
}

/** What a plugin is told of a module. */
interface Graph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null
}

/**
 * What is loaded together is one file: finding, reading and compiling sixty small ones took as long as what they hold. The first
 * is what answers `--version` and a Tab, then what lets Node keep what it compiles, the words of all commands, what every command draws with, and the engine. Each holds all that it
 * needs and no layer before it has, so that no file waits for one that waits for it.
 */
const layers: readonly (readonly [name: string, roots: readonly string[]])[] = [
  ['', ['main/cli.ts']],
  // Read before what is compiled is kept: alone, so that all after it is.
  ['early', ['main/cli/compiled.ts', 'main/cli/short-lived.ts']],
  ['words', ['main/cli/program.ts', 'main/cli/this-machine.ts']],
  ['face', ['main/cli/command.ts', 'main/cli/face.ts']],
  ['engine', ['main/system/open-system.ts', 'main/cli/open.ts']],
]

/** What the window begins with: the frame, and home, which is shown first and again and again. */
const windowBegins = ['renderer/main.tsx', 'renderer/views/services/services-view.tsx']

/**
 * The window's first file: all that home is drawn with. In the thirty files that bundlers cut it into (what other views use too is
 * one each) it kept a megabyte more of the page: each is a request, a script of its own and a task of a thread that reads ahead.
 */
export function startIn(root: string): (id: string, graph: Graph) => string | undefined {
  let found: Set<string> | undefined
  return (id, graph) => {
    if (!found) {
      const taken = new Set<string>()
      const take = (one: string): void => {
        if (taken.has(one)) return
        taken.add(one)
        for (const next of graph.getModuleInfo(one)?.importedIds ?? []) take(next)
      }
      for (const one of windowBegins) take(`${root}${one}`)
      found = taken
    }
    return found.has(id) ? 'start' : undefined
  }
}

/** The name of a module's file among the layers; undefined: it is in none of them, or in the one that begins. */
export function layersIn(root: string): (id: string, graph: Graph) => string | undefined {
  let found: Map<string, string> | undefined
  return (id, graph) => {
    if (!found) {
      const named = new Map<string, string>()
      const take = (one: string, name: string): void => {
        if (named.has(one)) return
        named.set(one, name)
        for (const next of graph.getModuleInfo(one)?.importedIds ?? []) take(next, name)
      }
      for (const [name, roots] of layers) for (const one of roots) take(`${root}${one}`, name)
      found = named
    }
    const name = found.get(id)
    return name === '' ? undefined : name
  }
}

/** The same program in ASCII: in texts, patterns and names an escape is what it stands for (not in String.raw, which has none). */
export function inAscii(code: string): string {
  return code.replaceAll(
    /[\u0080-\uFFFF]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * The window's scripts in ASCII. A browser keeps the whole text of a script with two bytes for each character as soon as one of them
 * is none of Latin 1: the few quotation marks and dashes of our words cost 0.3 MB of the page.
 */
export const asciiOnly: Plugin = {
  name: 'ascii-only',
  apply: 'build',
  // Last: what makes files small writes escapes as the characters themselves.
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = inAscii(file.code)
    },
  },
}
