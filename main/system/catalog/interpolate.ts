/** The value of a variable; undefined when it has none. */
export type Lookup = (name: string) => string | undefined

export type Interpolated =
  | {
      readonly kind: 'text'
      readonly text: string
      /** Variables without a value and without a default; Compose puts nothing in their place. */
      readonly unset: readonly string[]
    }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * The text with its variables filled in as Compose does (compose-go, template/template.go): `$NAME`, `${NAME}`, `-` and
 * `:-` for a default, `?` and `:?` for a value that must be there, `+` and `:+` for another one in its place, `$$` for a
 * dollar; a dollar before anything else stays. `test/integration/stack/compose-grammar.test.ts` compares with the real one.
 */
export function interpolate(text: string, lookup: Lookup): Interpolated {
  return filledIn(text, lookup, 0)
}

/** Defaults within defaults; an honest one has one or two. Compose has no limit, and a hostile file no end. */
const DEEPEST = 20

function filledIn(text: string, lookup: Lookup, depth: number): Interpolated {
  if (depth > DEEPEST)
    return { kind: 'refused', reason: `variables stand within each other more than ${DEEPEST} times` }
  const unset: string[] = []
  let filled = ''
  let at = 0
  while (at < text.length) {
    const dollar = text.indexOf('$', at)
    if (dollar < 0) break
    filled += text.slice(at, dollar)
    const next = text[dollar + 1]
    const name = /^[_a-zA-Z]\w*/.exec(text.slice(dollar + 1))?.[0]
    if (next === '{') {
      const end = closing(text, dollar + 1)
      const braced = end === undefined ? undefined : replaced(text.slice(dollar + 2, end), lookup, depth)
      if (end === undefined || braced === undefined)
        return {
          kind: 'refused',
          reason: `${cut(text.slice(dollar, (end ?? text.length) + 1))} is not a variable`,
        }
      if (braced.kind === 'refused') return braced
      unset.push(...braced.unset)
      filled += braced.text
      at = end + 1
    } else if (name !== undefined) {
      const value = lookup(name)
      if (value === undefined) unset.push(name)
      filled += value ?? ''
      at = dollar + 1 + name.length
    } else {
      filled += '$'
      at = dollar + (next === '$' ? 2 : 1)
    }
  }
  return { kind: 'text', text: filled + text.slice(at), unset }
}

/** What stands between braces; undefined when it is not a variable. */
function replaced(inside: string, lookup: Lookup, depth: number): Interpolated | undefined {
  const match = /^([_a-zA-Z]\w*)(?:(:?)([-+?])([\s\S]*))?$/.exec(inside)
  if (!match) return undefined
  const [, name = '', colon, sign, rest = ''] = match
  const value = lookup(name)
  if (sign === undefined) return { kind: 'text', text: value ?? '', unset: value === undefined ? [name] : [] }
  // Read even where it is not used: some versions of Compose refuse what is wrong in it then.
  const other = filledIn(rest, lookup, depth + 1)
  if (other.kind === 'refused') return other
  const has = value !== undefined && (colon === '' || value !== '')
  const plain = { kind: 'text', text: value ?? '', unset: [] } as const
  if (sign === '-') return has ? plain : other
  if (sign === '+') return has ? other : { kind: 'text', text: '', unset: [] }
  if (has) return plain
  return {
    kind: 'refused',
    reason: `${cut(name)} must have a value${other.text === '' ? '' : `: ${cut(other.text)}`}`,
  }
}

/** As much of a text as a sentence can hold. */
function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/** Where the brace that opens at `from` is closed. */
function closing(text: string, from: number): number | undefined {
  let open = 0
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') open += 1
    if (text[at] === '}') open -= 1
    if (open === 0) return at
  }
  return undefined
}
