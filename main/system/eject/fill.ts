import { isSecretName } from '../../model/atoms.ts'
import { secretForms } from '../../model/secret.ts'
import type { Settings } from '../../model/service.ts'
import { dotenv, fillIn, variablesFor } from '../catalog/variables.ts'

/** What stands for a variable that stays one: no text of a person's file has these (private use of Unicode). */
const FROM = '\uE0F0'
const TO = '\uE0F1'
const BASE = '\uE0F2'
const SECRET = 'MACULA_SECRET_'
const FORMS = secretForms.map(({ prefix }) => prefix).filter((prefix) => prefix !== SECRET)
/** Compose gives these to every project by itself. */
const STEADY = ['HOME', 'USER', 'LOGNAME']

/** A variable that stays one in the written file. */
export interface KeptVariable {
  readonly name: string
  /** Its value now, where it comes from a person's own `.env`; absent: it is a secret of Macula, or the shell's. */
  readonly value?: string
}

/** Fills the variables of one fragment and keeps those whose values must not stand in the file. */
export interface Filling {
  /** The text as it is written for Compose: dollars of its own are doubled. */
  fill(text: string): string
  /** Those that were met so far, by the name they have in the file. */
  readonly kept: ReadonlyMap<string, KeptVariable>
}

/** The name by which a value of a service's own `.env` is known to the whole project. */
export const ownVariable = (service: string, name: string): string =>
  `MACULA_${service.replaceAll('-', '_').toUpperCase()}_${name}`

/**
 * How the variables of a service's files are written. `beside`: its own `.env`. Suffix, subnet and project are filled in, because
 * names, routes and scripts beside it hold them too; secrets, and whatever a person keeps in a `.env`, stay variables.
 */
export function openFilling(service: string, settings: Settings, beside: string): Filling {
  const kept = new Map<string, KeptVariable>()
  const own = dotenv(beside).values
  const base = variablesFor(settings, {}, beside)
  const keep = (name: string, value?: string): string => {
    kept.set(name, value === undefined ? { name } : { name, value })
    return `${FROM}${name}${TO}`
  }
  const lookup = (name: string): string | undefined => {
    if (name.startsWith(SECRET) && isSecretName(name.slice(SECRET.length))) return keep(name)
    const form = FORMS.find((prefix) => name.startsWith(prefix))
    // Of a password of letters and digits all forms are the same: `.env` has the others only where it is none.
    if (form !== undefined && isSecretName(name.slice(form.length)))
      return `${FROM}${name}${BASE}${keep(`${SECRET}${name.slice(form.length)}`).slice(1)}`
    const fixed = STEADY.includes(name) ? undefined : base.lookup(name)
    if (fixed !== undefined && !own.has(name)) return fixed
    if (own.has(name)) return keep(ownVariable(service, name), own.get(name))
    return STEADY.includes(name) ? keep(name) : undefined
  }
  return {
    kept,
    fill(text) {
      if (!text.includes('$')) return text
      const filled = fillIn(text, { lookup, odd: new Set() })
      // The catalog has filled the same text before; what it could not fill is not here.
      if ('reason' in filled) return text
      return filled.text
        .replaceAll('$', '$$$$')
        .replaceAll(
          new RegExp(`${FROM}(?:(\\w+)${BASE})?(\\w+)${TO}`, 'g'),
          (_, form: string | undefined, name: string) => {
            if (STEADY.includes(name)) return `\${${name}}`
            const wanted = `\${${name}:?README.md says where it comes from}`
            return form === undefined ? wanted : `\${${form}:-${wanted}}`
          },
        )
    },
  }
}
