import { fine, type Check } from '../check.ts'

const shorts = {
  absent: 'not installed, or not running',
  denied: 'you may not use it',
  old: 'too old',
  slow: 'does not answer in time',
  address: 'where it is, is not clear',
  limits: 'cannot be asked by this process',
  broken: 'does not answer',
} as const

export const docker: Check = {
  id: 'docker',
  group: 'docker',
  title: 'Docker engine',
  async run({ snapshot }) {
    const { docker: seen } = snapshot
    if (seen.kind === 'up')
      return [
        fine(
          `Docker ${seen.version} answers${seen.native ? '' : '; its containers are reached by published ports'}.`,
          `${seen.version}, you may use it`,
        ),
      ]
    const cause = snapshot.causes.find((one) => one.id === 'docker')
    return [
      {
        result: 'failed',
        what: cause?.headline.what ?? 'Docker does not answer.',
        why: cause?.headline.why ?? '',
        todo: cause?.headline.todo ?? '',
        short: seen.kind === 'down' ? shorts[seen.code] : 'being asked',
      },
    ]
  },
}
