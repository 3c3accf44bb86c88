import { troubleOf } from '../../model/errors.ts'
import type { Adapters } from '../adapters.ts'
import type { LogSource } from './logs.ts'

/**
 * A log whose failure ends nothing but itself: among others its end is a line of its own that says why, told once. The
 * past (`until`) is read without it, so that it does not stand on every page.
 */
export function alone(source: LogSource, clock: Adapters['clock']): LogSource {
  let told = ''
  return {
    ...source,
    async *read(options) {
      try {
        yield* source.read(options)
      } catch (error) {
        const { what, why = '', todo = '' } = troubleOf(error)
        const text = [what, why, todo].filter((one) => one !== '').join(' ')
        if (options.signal.aborted || options.until !== undefined || text === told) return
        told = text
        yield { service: source.service, at: clock.now(), stream: 'err', text }
      }
    },
  }
}
