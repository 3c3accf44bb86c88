import { isImageName } from '../../model/atoms.ts'
import type { CatalogProblem } from '../../model/service.ts'
import { refusalAtTop, refusalIn } from './compose-rules.ts'
import { problemsOf, type CatalogFile, type Parsed, type Place } from './fragment.ts'
import { fillIn, type Variables } from './variables.ts'

interface Found {
  readonly place: Place
  readonly reason: string
}

/**
 * The first thing in a Compose file of one service (a fragment, or what a person lays over one) that cannot work here: a key,
 * a variable without a value, the name of an image. Undefined when there is none.
 */
export function composeProblem(
  file: CatalogFile,
  parsed: Parsed,
  variables: Variables,
): CatalogProblem | undefined {
  const problem = problemsOf(file)
  const value = object(parsed.value)
  const top = refusalAtTop(value)
  if (top) return problem(top.reason, parsed.at(top.place, true))
  const base = ['services', file.service]
  const service = object(object(value['services'])[file.service])
  const refused = refusalIn(service, file.service)
  if (refused) return problem(refused.reason, parsed.at([...base, ...refused.place], true))
  const unfilled = unfilledIn(value, [], variables, new Set())
  if (unfilled) return problem(unfilled.reason, parsed.at(unfilled.place))
  const { image } = service
  const bad = typeof image === 'string' ? imageTrouble(image, variables) : undefined
  if (bad !== undefined) return problem(bad, parsed.at([...base, 'image']))
  const passed = passedThrough(service['environment'], variables)
  return passed && problem(passed.reason, parsed.at([...base, 'environment', ...passed.place], true))
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

/** The first text anywhere whose variables Compose could not fill in. */
function unfilledIn(
  value: unknown,
  place: Place,
  variables: Variables,
  seen: Set<object>,
): Found | undefined {
  if (typeof value === 'string') {
    const filled = value.includes('$') ? fillIn(value, variables) : { text: value }
    return 'reason' in filled ? { place, reason: filled.reason } : undefined
  }
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  // An alias stands for the same object; each is read once.
  seen.add(value)
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  for (const [key, item] of entries) {
    const found = unfilledIn(item, [...place, key], variables, seen)
    if (found) return found
  }
  return undefined
}

/** Why an image that is written so cannot be had. */
export function imageTrouble(image: string, variables: Variables): string | undefined {
  const filled = fillIn(image, variables)
  if ('reason' in filled) return `image: ${filled.reason}`
  if (/MACULA_(?:URL_|JSON_)?SECRET_/.test(image)) return 'image: a secret cannot be a part of its name'
  return isImageName(filled.text)
    ? undefined
    : `image: ${JSON.stringify(filled.text)} is not the name of an image. Write NAME:TAG or NAME@sha256:…, the name in lower case`
}

/** A variable that is to be taken over from a shell: `NAME` alone. */
function passedThrough(environment: unknown, { lookup }: Variables): Found | undefined {
  const entries: readonly (readonly [string | number, string])[] = Array.isArray(environment)
    ? environment.flatMap((item, index) =>
        typeof item === 'string' && !item.includes('=') ? [[index, item] as const] : [],
      )
    : Object.entries(object(environment)).flatMap(([name, value]) =>
        value === null ? [[name, name] as const] : [],
      )
  const missing = entries.find(([, name]) => lookup(name) === undefined)
  return (
    missing && {
      place: [missing[0]],
      reason: `environment: ${missing[1]} has no value: variables of a shell are not read. Write ${missing[1]}: value, or ${missing[1]}=value into a file .env beside it`,
    }
  )
}
