import { quoteDotenv, quoteShell } from './quote.ts'
import type { Variable } from './variable.ts'

/** The forms in which variables are handed on, with what a person calls each. */
export const envFormats = [
  { id: 'shell', title: 'Shell' },
  { id: 'fish', title: 'fish' },
  { id: 'dotenv', title: '.env' },
  { id: 'json', title: 'JSON' },
  { id: 'elixir', title: 'Elixir (runtime.exs)' },
] as const
export type EnvFormat = (typeof envFormats)[number]['id']
export const envFormatIds: readonly EnvFormat[] = envFormats.map(({ id }) => id)

type Pair = Pick<Variable, 'name' | 'value'>

/** A name that every shell takes, and a value that can stand on one line of a file. */
export function isPlainVariable({ name, value }: Pair): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is kept out
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/[\u0000-\u001F\u007F-\u009F]/.test(value)
}

/** One word of fish: within single quotes only `\` and `'` mean something. */
export function quoteFish(value: string): string {
  return `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}

/** A string of Elixir: `#{` would be filled in. */
export function quoteElixir(value: string): string {
  return `"${value.replaceAll(/[\\"#]/g, String.raw`\$&`)}"`
}

/** One variable in a form that has a line for each; what could break out of its line is not to be given (`isPlainVariable`). */
export function envLine(format: Exclude<EnvFormat, 'json'>, { name, value }: Pair): string {
  switch (format) {
    case 'shell':
      return `export ${name}=${quoteShell(value)}`
    case 'fish':
      return `set -gx ${name} ${quoteFish(value)}`
    case 'dotenv':
      return `${name}=${quoteDotenv(value)}`
    case 'elixir':
      // What is set already goes before, as with a .env: a release takes the same file elsewhere.
      return `System.get_env("${name}") || System.put_env("${name}", ${quoteElixir(value)})`
  }
}

/** All of them as one text that ends with a line; JSON as one object. */
export function envText(format: EnvFormat, variables: readonly Pair[]): string {
  if (format === 'json')
    return `${JSON.stringify(Object.fromEntries(variables.map(({ name, value }) => [name, value])), null, 2)}\n`
  return variables.map((one) => `${envLine(format, one)}\n`).join('')
}
