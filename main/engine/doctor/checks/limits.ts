import { fine, type Check } from '../check.ts'

/** Twenty-five forwarders and names are asked side by side, each over a socket of its own, and Docker over a few more. */
const ENOUGH = 256

export const limits: Check = {
  id: 'limits',
  group: 'machine',
  title: 'Open files',
  async run({ adapters }) {
    const files = await adapters.host.openFiles()
    if (files === undefined) return []
    if (files.most >= ENOUGH)
      return [fine(`This process may open ${files.most} files; ${files.open} are open.`)]
    return [
      {
        result: 'warning',
        what: `This process may open only ${files.most} files at once; ${files.open} are open.`,
        short: `only ${files.most} open files`,
        why: `Services are asked side by side, which takes up to ${ENOUGH}. What finds no room is unknown, or looks broken.`,
        todo: 'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf.',
      },
    ]
  },
}
