import { expect, test } from 'vitest'
import { ApiError, type Api } from '../../../main/system/kind/api.ts'
import { removeTlsSecret, tlsSecret, whoseTlsSecret } from '../../../main/system/kind/tls-secret.ts'

/** A cluster's API as far as one Secret goes. */
function cluster(secret: unknown) {
  const sent: string[] = []
  const api = {
    get: (path: string) =>
      secret === undefined ? Promise.reject(new ApiError(`no ${path}`, 404)) : Promise.resolve(secret),
    send: (method: string, path: string) => Promise.resolve(void sent.push(`${method} ${path}`)),
  } as unknown as Api
  return { api, sent }
}

test('the Secret macula-tls is ours by its label; one of somebody else is neither written nor removed', async () => {
  const ours = cluster(tlsSecret('macula', { certificate: 'C', key: 'K', authority: 'A' }))
  expect(await whoseTlsSecret(ours.api, 'macula')).toBe('ours')
  await removeTlsSecret(ours.api, 'macula')
  expect(ours.sent).toEqual(['DELETE /api/v1/namespaces/macula/secrets/macula-tls'])
  for (const metadata of [{ name: 'macula-tls' }, { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }]) {
    const theirs = cluster({ metadata })
    expect(await whoseTlsSecret(theirs.api, 'macula')).toBe('theirs')
    await removeTlsSecret(theirs.api, 'macula')
    expect(theirs.sent).toEqual([])
  }
  const none = cluster(undefined)
  expect(await whoseTlsSecret(none.api, 'macula')).toBe('none')
  await removeTlsSecret(none.api, 'macula')
  expect(none.sent).toEqual([])
})
