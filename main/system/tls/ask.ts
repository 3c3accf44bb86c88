import { connect } from 'node:tls'
import type { TlsAnswer } from '../../model/tls.ts'

/**
 * What is shown to a program that asks for `name` there and trusts only `ca` (PEM). Never throws; `deadline` in ms.
 * `authorizationError` is the code of OpenSSL, or Node's own where the name does not fit.
 */
export async function askTls(question: {
  readonly address: string
  readonly port: number
  readonly name: string
  readonly ca: string | undefined
  readonly deadline: number
}): Promise<TlsAnswer> {
  const { address, port, name, ca, deadline } = question
  const began = performance.now()
  const elapsed = (): number => performance.now() - began
  return await new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      servername: name,
      // What is refused is looked at too: why is the question.
      rejectUnauthorized: false,
      ...(ca === undefined ? {} : { ca }),
    })
    const end = (answer: TlsAnswer): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(
      () => end({ kind: 'none', says: 'nothing was shown in time', ms: elapsed() }),
      deadline,
    )
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate()
      if (!shown) return end({ kind: 'none', says: 'no certificate was shown', ms: elapsed() })
      const error = socket.authorized ? undefined : codeOf(socket.authorizationError)
      end({
        kind: 'shown',
        fingerprint: shown.fingerprint256,
        notBefore: Date.parse(shown.validFrom),
        notAfter: Date.parse(shown.validTo),
        names: (shown.subjectAltName ?? '')
          .split(', ')
          .flatMap((one) => (one.startsWith('DNS:') ? [one.slice('DNS:'.length)] : [])),
        ...(error === undefined ? {} : { error }),
        ms: elapsed(),
      })
    })
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ kind: 'none', says: error.code ?? error.message, ms: elapsed() }),
    )
    socket.once('end', () => end({ kind: 'none', says: 'the connection was closed', ms: elapsed() }))
  })
}

/** Typed as an Error, and a code (text) for most reasons (Node's documentation of `authorizationError`). */
function codeOf(error: unknown): string {
  if (typeof error === 'string') return error
  return (error as NodeJS.ErrnoException | null)?.code ?? 'unknown'
}
