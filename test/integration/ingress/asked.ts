import { request } from 'node:http'

/** What an ingress answered. */
export interface Got {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Asks port 80 of an address for a path of `host`, without the machine's names. Rejects when nothing comes within two minutes. */
export async function asked(
  address: string,
  host: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Readonly<Record<string, string>>; body?: string } = {},
): Promise<Got> {
  return await new Promise((resolve, reject) => {
    const call = request(
      { host: address, port: 80, path, method, headers: { Host: host, ...headers }, timeout: 120_000 },
      (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: text, headers: answer.headers }),
        )
        answer.on('error', reject)
      },
    )
    call.on('timeout', () => call.destroy(new Error('no answer')))
    call.on('error', reject)
    call.end(body)
  })
}
