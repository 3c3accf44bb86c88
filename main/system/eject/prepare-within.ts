import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml'
import { quoteShell } from '../../model/quote.ts'

/**
 * What a start of ours prepares in a service (`prepare`) is done by its health check here, once in a container's life, so that what
 * needs it waits for it too.
 */
export function prepareWithin(service: YAMLMap, argv: readonly string[] | undefined): void {
  const check = service.get('healthcheck')
  const test = isMap(check) ? check.get('test') : undefined
  if (argv === undefined || !isMap(check) || !isSeq(test)) return
  const [kind, ...words] = test.items.map((item) => String(isScalar(item) ? item.value : item))
  const line = (all: readonly string[]): string => all.map(quoteShell).join(' ')
  const asked = kind === 'CMD' ? line(words) : kind === 'CMD-SHELL' ? `{ ${words[0] ?? ''}; }` : undefined
  if (asked === undefined) return
  const done = '/tmp/macula-prepared'
  const text = `${asked} && { [ -e ${done} ] || { ${line(argv).replaceAll('$', '$$$$')} && touch ${done}; }; }`
  check.set('test', ['CMD-SHELL', text])
}
