/** What the engine needs for TLS: an authority of one's own, and certificates by it. */
import type { IssuedCertificate, ServedTls, TlsAnswer, TlsSeen } from '../../model/tls.ts'

export interface TlsAdapter {
  /** What there is now; changes nothing, never throws. */
  seen(): Promise<TlsSeen>
  /**
   * Makes the authority where there is none, and the certificate of the clean URLs where it lacks one of `names` or nears its
   * end. `changed`: why it was made anew. What is damaged is told by `trouble` and left as it is. `newAuthority`: another
   * one in any case; the one before is kept aside. Throws MaculaError where files cannot be written.
   */
  ensure(
    names: readonly string[],
    options?: { readonly newAuthority?: boolean },
  ): Promise<{ readonly seen: TlsSeen; readonly changed?: string; readonly keptAside?: readonly string[] }>
  /** What is shown to a program that asks for `name` there and trusts only our authority; never throws. Deadline in ms. */
  ask(question: {
    readonly address: string
    readonly port: number
    readonly name: string
    readonly deadline: number
  }): Promise<TlsAnswer>
  /** What nginx serves; undefined: nothing that is sound. */
  served(): Promise<ServedTls | undefined>
  /**
   * Takes away what nginx serves; the authority stays. False: the routes that lie there name it yet, and an ingress that Docker
   * starts by itself would not start without it.
   */
  withdraw(): Promise<boolean>
  /** Removes the authority with its key; certificates by it are worth nothing then. Its files, those that were there. */
  removeAuthority(): Promise<readonly string[]>
  /**
   * Writes cert.pem, key.pem (0600) and ca.pem for a program into a folder. Throws MaculaError `usage` for names that the
   * authority cannot vouch for and (without `force`) for files that are there, `failed` while there is no usable authority.
   */
  write(
    folder: string,
    names: readonly string[],
    options: { readonly force: boolean },
  ): Promise<IssuedCertificate>
}
